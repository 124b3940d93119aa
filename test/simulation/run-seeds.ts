// Runs seeds of the simulation; a failure names the seed and tells its story.
import { Simulation } from './simulation.ts'

const STEPS = 40
const LINES_TOLD = 40

export async function runSeeds(first: number, count: number): Promise<void> {
  for (let seed = first; seed < first + count; seed++) {
    const simulation = new Simulation(seed)
    try {
      await simulation.run(STEPS)
    } catch (error) {
      const story = [...simulation.history.slice(-LINES_TOLD), '--- the broker said', ...simulation.log.slice(-10)]
      const command = `ODRADEK_SIMULATION_SEED=${seed} ODRADEK_SIMULATION_SEEDS=1`
      throw new Error(`seed ${seed}: ${command}\n${story.join('\n')}\n${(error as Error).stack}`, { cause: error })
    }
  }
}
