import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { describeLogDirs } from '../protocol/messages/describe-log-dirs.ts'
import { buildBatch } from '../records/build-batch.ts'
import { describeLogDirsHandler } from './describe-log-dirs.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker
let sizeBytes: number

beforeEach(() => {
  test = startTestBroker()
  test.createTopic('t', 2)
  const batch = buildBatch({ records: [{ value: Buffer.from('a') }], timestampMs: 1 })
  sizeBytes = test.broker.partitions.get('t', 0)!.append(batch, { origin: 'client' }).sizeBytes
})
afterEach(() => test.close())

async function sizes(topics: { topic: string; partitions: number[] }[] | null, version: number) {
  const { broker } = test
  const call = { handler: describeLogDirsHandler, api: describeLogDirs, version, request: { topics }, broker }
  const response = await callHandler(call)
  expect(response!.results).toHaveLength(1)
  expect(response!.results[0]).toMatchObject({ errorCode: 0, logDir: '/data' })
  return response!.results[0].topics.map(({ name, partitions }) => [
    name,
    ...partitions.map((p) => `${p.partitionIndex}:${p.partitionSize}:${p.offsetLag}`)
  ])
}

for (const version of [1, 2, 3, 4, 5]) {
  it(`gives the size of every partition, version ${version}`, async () => {
    expect(await sizes(null, version)).toEqual([['t', `0:${sizeBytes}:0`, '1:0:0']])
  })
}

it('leaves out what is not there', async () => {
  const asked = [
    { topic: 't', partitions: [1, 9, 1] },
    { topic: 'nope', partitions: [0] }
  ]
  expect(await sizes(asked, 5)).toEqual([['t', '1:0:0']])
})
