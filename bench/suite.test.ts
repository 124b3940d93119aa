// Every load, as small as it goes: a benchmark that nobody runs rots.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manyPartitions } from './loads/partitions.ts'
import { metrics, runLoads } from './suite.ts'
import { startTarget, type Target } from './target.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget('Odradek')
})
afterAll(() => target.stop())

it('gives every number of the table', async () => {
  const numbers = await runLoads(target, 0.001)
  expect([...Object.keys(numbers), 'idle memory'].sort()).toEqual(Object.keys(metrics).sort())
  for (const [name, value] of Object.entries(numbers)) expect(Number.isFinite(value), `${name}: ${value}`).toBe(true)
  expect(numbers['produce one 100 B record a request, rate']).toBeGreaterThan(0)
  expect(numbers['memory after all loads']).toBeGreaterThan(1)
}, 60_000)

it('creates, stops and starts again with many partitions', async () => {
  const { createSeconds, stopSeconds, startSeconds } = await manyPartitions('Odradek', 20)
  for (const seconds of [createSeconds, stopSeconds, startSeconds]) expect(seconds).toBeGreaterThan(0)
}, 60_000)
