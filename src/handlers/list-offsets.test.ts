import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import { buildBatch } from '../records/build-batch.ts'
import { listOffsetsHandler } from './list-offsets.ts'
import { callHandler } from './testing/call-handler.ts'

const [LATEST, EARLIEST, MAX_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED, PENDING_UPLOAD] = [-1, -2, -3, -4, -5, -6]
const NONE = [0, -1, -1, -1]

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
  test.createTopic('t', 2)
  append(1000, 3000)
  append(2000)
})
afterEach(() => test.close())

function append(...timestamps: number[]) {
  const records = timestamps.map((timestampMs) => ({ value: Buffer.from('v'), timestampMs }))
  test.broker.partitions.get('t', 0)!.append(buildBatch({ records }), { origin: 'client' })
}

interface Question {
  partitionIndex?: number
  timestamp: number
  currentLeaderEpoch?: number
}

/** [error, timestamp, offset, leader epoch] of each. */
async function ask(version: number, questions: Question[], more: object = {}) {
  const partitions = questions.map((question) => ({ partitionIndex: 0, ...question }))
  const request = { replicaId: -1, isolationLevel: 0, topics: [{ name: 't', partitions }], ...more }
  const { broker } = test
  const response = await callHandler({ handler: listOffsetsHandler, api: listOffsets, version, request, broker })
  const answers = response!.topics.flatMap((topic) => topic.partitions)
  return answers.map(({ errorCode, timestamp, offset, leaderEpoch }) => [errorCode, timestamp, offset, leaderEpoch])
}

describe('ListOffsets', () => {
  it('knows the ends of the log', async () => {
    expect(await ask(11, [{ timestamp: LATEST }])).toEqual([[0, -1, 3, 0]])
    expect(await ask(11, [{ timestamp: EARLIEST }])).toEqual([[0, -1, 0, 0]])
    expect(await ask(11, [{ timestamp: EARLIEST_LOCAL }])).toEqual([[0, -1, 0, 0]])
    expect(await ask(1, [{ timestamp: LATEST }])).toEqual([[0, -1, 3, -1]])
    test.broker.partitions.get('t', 0)!.deleteRecordsBefore(2)
    expect(await ask(11, [{ timestamp: EARLIEST }])).toEqual([[0, -1, 2, 0]])
  })

  it('knows the ends of an empty log', async () => {
    const partitionIndex = 1
    expect(await ask(11, [{ partitionIndex, timestamp: LATEST }])).toEqual([[0, -1, 0, 0]])
    expect(await ask(11, [{ partitionIndex, timestamp: EARLIEST }])).toEqual([[0, -1, 0, 0]])
    expect(await ask(11, [{ partitionIndex, timestamp: MAX_TIMESTAMP }])).toEqual([NONE])
    expect(await ask(11, [{ partitionIndex, timestamp: 0 }])).toEqual([NONE])
  })

  it('finds the first record at or after a time', async () => {
    expect(await ask(7, [{ timestamp: 0 }])).toEqual([[0, 1000, 0, 0]])
    expect(await ask(7, [{ timestamp: 1001 }])).toEqual([[0, 3000, 1, 0]])
    expect(await ask(7, [{ timestamp: 3000 }])).toEqual([[0, 3000, 1, 0]])
    expect(await ask(7, [{ timestamp: 3001 }])).toEqual([NONE])
  })

  it('finds the record with the greatest timestamp', async () => {
    expect(await ask(7, [{ timestamp: MAX_TIMESTAMP }])).toEqual([[0, 3000, 1, 0]])
  })

  it('has no tier', async () => {
    expect(await ask(11, [{ timestamp: LATEST_TIERED }])).toEqual([NONE])
    expect(await ask(11, [{ timestamp: PENDING_UPLOAD }])).toEqual([NONE])
  })

  it('takes each special timestamp from its version on', async () => {
    const first = { [MAX_TIMESTAMP]: 7, [EARLIEST_LOCAL]: 8, [LATEST_TIERED]: 9, [PENDING_UPLOAD]: 11, [-7]: 12 }
    for (const [timestamp, since] of Object.entries(first)) {
      for (let version = 1; version <= 11; version++) {
        const [[error]] = await ask(version, [{ timestamp: Number(timestamp) }])
        expect(error).toBe(version < since ? ErrorCode.UNSUPPORTED_VERSION : 0)
      }
    }
  })

  it('refuses unknown partitions, other epochs, and a partition asked for twice', async () => {
    const { UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_LEADER_EPOCH, INVALID_REQUEST } = ErrorCode
    const failed = (code: number) => [code, -1, -1, -1]
    expect(await ask(7, [{ partitionIndex: 9, timestamp: LATEST }])).toEqual([failed(UNKNOWN_TOPIC_OR_PARTITION)])
    expect(await ask(7, [{ timestamp: LATEST, currentLeaderEpoch: 4 }])).toEqual([failed(UNKNOWN_LEADER_EPOCH)])
    const twice = [{ timestamp: LATEST }, { timestamp: EARLIEST }, { partitionIndex: 1, timestamp: LATEST }]
    expect(await ask(7, twice)).toEqual([failed(INVALID_REQUEST), [0, -1, 0, 0]])
  })

  it('ends at the last stable offset for readers of committed records', async () => {
    const open = { producerId: 5, producerEpoch: 0, baseSequence: 0, transactional: true }
    const batch = buildBatch({ ...open, records: [{ value: Buffer.from('v'), timestampMs: 9000 }] })
    test.broker.partitions.get('t', 0)!.append(batch, { origin: 'client' })
    expect(await ask(7, [{ timestamp: LATEST }])).toEqual([[0, -1, 4, 0]])
    expect(await ask(7, [{ timestamp: LATEST }], { isolationLevel: 1 })).toEqual([[0, -1, 3, 0]])
    expect(await ask(7, [{ timestamp: 9000 }], { isolationLevel: 1 })).toEqual([NONE])
    expect(await ask(7, [{ timestamp: LATEST }], { isolationLevel: 1, replicaId: -2 })).toEqual([[0, -1, 4, 0]])
  })
})
