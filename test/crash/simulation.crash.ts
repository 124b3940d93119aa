import { test } from 'vitest'
import { runSeeds } from '../simulation/run-seeds.ts'

const FIRST = Number(process.env.ODRADEK_SIMULATION_SEED ?? Date.now() % 1_000_000_000)
const COUNT = Number(process.env.ODRADEK_SIMULATION_SEEDS ?? 2500)

test(`a broker loses nothing on a disk that fails (${COUNT} seeds from ${FIRST})`, async () => {
  await runSeeds(FIRST, COUNT)
})
