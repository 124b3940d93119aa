import { test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

const FIRST = Number(process.env.ODRADEK_SIMULATION_SEED ?? 1)
const COUNT = Number(process.env.ODRADEK_SIMULATION_SEEDS ?? 150)

test(`a broker loses nothing on a disk that fails (${COUNT} seeds from ${FIRST})`, async () => {
  await runSeeds(FIRST, COUNT)
}, 120_000)
