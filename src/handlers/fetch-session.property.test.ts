// A fetch session remembers what the client knows and looks only at what changed. The model below looks at everything,
// every time, by Apache Kafka's rule for what an incremental answer must contain; the two must always agree.
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { buildBatch } from '../records/build-batch.ts'
import { fetchHandler } from './fetch.ts'
import { callHandler } from './testing/call-handler.ts'

const PARTITIONS = 5

type Step =
  | { kind: 'append'; partition: number }
  | { kind: 'trim'; partition: number }
  | { kind: 'fetch'; seek: { partition: number; offset: number }[]; forget: number[]; waits: boolean }

const partition = fc.integer({ min: 0, max: PARTITIONS - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), partition }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), partition }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('fetch' as const),
      seek: fc.uniqueArray(fc.record({ partition, offset: fc.integer({ min: -1, max: 12 }) }), {
        selector: (seek) => seek.partition,
        maxLength: 3
      }),
      forget: fc.uniqueArray(partition, { maxLength: 2 }),
      waits: fc.boolean()
    })
  }
)

interface Known {
  fetchOffset: number
  highWatermark: number
  logStartOffset: number
}

let test: TestBroker
let runCount = 0

beforeEach(() => {
  test = startTestBroker()
})
afterEach(() => test.close())

it('answers what a broker that looks at every partition would answer', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), runSteps), { numRuns: 150 })
})

async function runSteps(steps: Step[]): Promise<void> {
  const topic = `t${runCount++}`
  test.createTopic(topic, PARTITIONS)
  const logs = Array.from({ length: PARTITIONS }, (_, index) => test.broker.partitions.get(topic, index)!)
  const known = new Map<number, Known>()
  const wanted = (index: number, fetchOffset: number) => ({ partition: index, fetchOffset, partitionMaxBytes: 1 << 20 })

  async function send(session: object, partitions: ReturnType<typeof wanted>[], forget: number[], waits: boolean) {
    const topics = partitions.length === 0 ? [] : [{ topic, partitions }]
    const forgottenTopicsData = forget.length === 0 ? [] : [{ topic, partitions: forget }]
    const request = { maxWaitMs: waits ? 100 : 0, minBytes: 1, topics, forgottenTopicsData, ...session }
    const sending = callHandler({ handler: fetchHandler, api: fetch, version: 12, request, broker: test.broker })
    if (waits) test.clock.advance(100)
    const response = await sending
    expect(response!.errorCode).toBe(0)
    return response!
  }

  const first = [0, 1, 2].map((index) => wanted(index, 0))
  const { sessionId } = await send({ sessionEpoch: 0 }, first, [], false)
  for (const index of [0, 1, 2]) known.set(index, { fetchOffset: 0, highWatermark: 0, logStartOffset: 0 })
  let sessionEpoch = 1
  for (const next of steps) {
    if (next.kind === 'append') {
      logs[next.partition].append(buildBatch({ records: [{ value: Buffer.from('v') }], timestampMs: 1 }), {
        origin: 'client'
      })
    } else if (next.kind === 'trim') {
      logs[next.partition].deleteRecordsBefore(Math.floor(logs[next.partition].highWatermark / 2))
    } else {
      for (const { partition: index, offset } of next.seek) {
        const before = known.get(index) ?? { highWatermark: -1, logStartOffset: -1 }
        known.set(index, { ...before, fetchOffset: offset })
      }
      for (const index of next.forget) known.delete(index)
      const seeks = next.seek.map((seek) => wanted(seek.partition, seek.offset))
      const response = await send({ sessionId, sessionEpoch: sessionEpoch++ }, seeks, next.forget, next.waits)
      // Nothing left in the session ends it, and the answer is that of a plain fetch.
      if (known.size === 0) return
      const given = response.responses.flatMap((t) => t.partitions)
      const answered = given.map((p) => `${p.partitionIndex} E${p.errorCode} ${p.records!.length > 0}`)
      expect(answered.sort()).toEqual(expectedAnswers(known, logs).sort())
    }
  }
}

function expectedAnswers(
  known: Map<number, Known>,
  logs: { highWatermark: number; log: { logStartOffset: number } }[]
) {
  const answers: string[] = []
  for (const [index, entry] of known) {
    const { highWatermark } = logs[index]
    const { logStartOffset } = logs[index].log
    const isOutOfRange = entry.fetchOffset < logStartOffset || entry.fetchOffset > highWatermark
    const hasRecords = !isOutOfRange && entry.fetchOffset < highWatermark
    const isNews = highWatermark !== entry.highWatermark || logStartOffset !== entry.logStartOffset
    if (isOutOfRange || hasRecords || isNews) answers.push(`${index} E${isOutOfRange ? 1 : 0} ${hasRecords}`)
    entry.highWatermark = isOutOfRange ? -1 : highWatermark
    entry.logStartOffset = isOutOfRange ? -1 : logStartOffset
  }
  return answers
}
