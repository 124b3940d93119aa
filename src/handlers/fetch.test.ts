import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import type { RequestInitOf, ResponseOf } from '../protocol/schema.ts'
import { buildBatch } from '../records/build-batch.ts'
import { batches, recordsOf } from '../records/iterate.ts'
import { fetchHandler } from './fetch.ts'
import { callHandler, TestConnection } from './testing/call-handler.ts'

type Request = RequestInitOf<typeof fetch>
type Response = ResponseOf<typeof fetch>
type PartitionAnswer = Response['responses'][number]['partitions'][number]

let test: TestBroker
let topicId: string
let connection: TestConnection

beforeEach(() => {
  test = startTestBroker()
  topicId = test.createTopic('t', 4)
  connection = new TestConnection()
})
afterEach(() => test.close())

function append(partition: number, ...values: string[]): number {
  const batch = buildBatch({ records: values.map((value) => ({ value: Buffer.from(value) })), timestampMs: 1 })
  return test.broker.partitions.get('t', partition)!.append(batch, { origin: 'client' }).sizeBytes
}

const from = (partition: number, fetchOffset: number, more: object = {}) => ({
  ...{ partition, fetchOffset, partitionMaxBytes: 1 << 20 },
  ...more
})

type Wanted = ReturnType<typeof from>

function send(partitions: Wanted[], more: Request = {}, version = 12): Promise<Response | null> {
  const topics = partitions.length === 0 ? [] : [{ topic: 't', topicId, partitions }]
  const request = { maxWaitMs: 500, minBytes: 1, topics, ...more }
  return callHandler({ handler: fetchHandler, api: fetch, version, request, broker: test.broker, connection })
}

const partitionsOf = (response: Response | null): PartitionAnswer[] => response!.responses.flatMap((t) => t.partitions)

function valuesOf(answer: PartitionAnswer): string[] {
  const records = answer.records!
  return [...batches(records)].flatMap((position) => [...recordsOf(records, position)].map(({ value }) => `${value}`))
}

/** `partition:values` of what came. */
const summary = (response: Response | null) =>
  partitionsOf(response).map((p) => `${p.partitionIndex}:${p.errorCode === 0 ? valuesOf(p) : `E${p.errorCode}`}`)

/** Whether it is still waiting once everything due now has run. */
async function isWaiting(fetching: Promise<unknown>): Promise<boolean> {
  const pending = Symbol()
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  return (await Promise.race([fetching, Promise.resolve(pending)])) === pending
}

describe('Fetch', () => {
  for (const version of [4, 5, 7, 11, 12, 13, 16, 18]) {
    it(`gives what is there, version ${version}`, async () => {
      append(0, 'a', 'b')
      append(1, 'c')
      const response = await send([from(0, 0), from(1, 0), from(2, 0)], { sessionEpoch: -1 }, version)
      expect(summary(response)).toEqual(['0:a,b', '1:c', '2:'])
      expect(response!.sessionId).toBe(0)
      const [first] = partitionsOf(response)
      expect(first).toMatchObject({ highWatermark: 2, lastStableOffset: 2, abortedTransactions: null })
      expect(first.preferredReadReplica).toBe(-1)
      expect(response!.responses[0]).toMatchObject(version >= 13 ? { topicId } : { topic: 't' })
    })
  }

  it('answers at once without a promise when there is data', () => {
    append(0, 'a')
    const request = { ...{ maxWaitMs: 500, minBytes: 1, maxBytes: 1e6, isolationLevel: 0, rackId: '' } }
    const topics = [
      {
        ...{ topic: 't', topicId },
        partitions: [{ ...from(0, 0), currentLeaderEpoch: -1, lastFetchedEpoch: -1, logStartOffset: -1 }]
      }
    ]
    const session = { sessionId: 0, sessionEpoch: -1, forgottenTopicsData: [], replicaId: -1 }
    const full = { ...request, ...session, topics, replicaState: { replicaId: -1, replicaEpoch: -1 }, clusterId: null }
    const answer = fetchHandler.handle(full, test.broker, connection.context(1, 11))
    expect(answer).not.toBeInstanceOf(Promise)
  })

  it('starts with the batch that holds the offset', async () => {
    append(0, 'a', 'b', 'c')
    expect(summary(await send([from(0, 2)]))).toEqual(['0:a,b,c'])
  })

  it('answers errors in the partitions they belong to, unknown ones last', async () => {
    append(1, 'a')
    const response = await send([from(9, 0), from(0, 7), from(1, 0), from(1, 0), from(2, -1)])
    const { UNKNOWN_TOPIC_OR_PARTITION, OFFSET_OUT_OF_RANGE } = ErrorCode
    expect(summary(response)).toEqual([
      `0:E${OFFSET_OUT_OF_RANGE}`,
      '1:a',
      `2:E${OFFSET_OUT_OF_RANGE}`,
      `9:E${UNKNOWN_TOPIC_OR_PARTITION}`
    ])
    expect(partitionsOf(response)[0]).toMatchObject({
      highWatermark: -1,
      logStartOffset: -1,
      abortedTransactions: null
    })
    expect(partitionsOf(response)[3]).toMatchObject({ highWatermark: -1, abortedTransactions: [] })
    const unknownId = await send([], { topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAg', partitions: [from(0, 0)] }] }, 13)
    expect(summary(unknownId)).toEqual([`0:E${ErrorCode.UNKNOWN_TOPIC_ID}`])
  })

  it('checks the leader epoch', async () => {
    append(0, 'a')
    expect(summary(await send([from(0, 0, { currentLeaderEpoch: 0 })]))).toEqual(['0:a'])
    expect(summary(await send([from(0, 0, { currentLeaderEpoch: 5 })]))).toEqual([
      `0:E${ErrorCode.UNKNOWN_LEADER_EPOCH}`
    ])
  })

  it('names the leader to a client that must look for it, from version 16 on', async () => {
    test.broker.partitions.get('t', 0)!.lead({ leaderEpoch: 3, replicas: [1], isr: [1] })
    for (const version of [12, 16]) {
      const response = await send([from(0, 0, { currentLeaderEpoch: 2 }), from(1, 0)], {}, version)
      expect(summary(response)).toEqual([`0:E${ErrorCode.FENCED_LEADER_EPOCH}`, '1:'])
      const leader = version === 16 ? { leaderId: 1, leaderEpoch: 3 } : { leaderId: -1, leaderEpoch: -1 }
      expect(partitionsOf(response)[0].currentLeader).toEqual(leader)
      const endpoint = { nodeId: 1, host: '127.0.0.1', port: 9092, rack: null }
      expect(response!.nodeEndpoints).toEqual(version === 16 ? [endpoint] : [])
    }
  })

  it('tells where the logs part (KIP-595)', async () => {
    append(0, 'a', 'b', 'c')
    expect(summary(await send([from(0, 0, { lastFetchedEpoch: 0 })]))).toEqual(['0:a,b,c'])
    const [diverging] = partitionsOf(await send([from(0, 9, { lastFetchedEpoch: 0 })]))
    expect(diverging).toMatchObject({ errorCode: 0, divergingEpoch: { epoch: 0, endOffset: 3 } })
    expect(summary(await send([from(0, 0, { lastFetchedEpoch: 7 })]))).toEqual([`0:E${ErrorCode.OFFSET_OUT_OF_RANGE}`])
  })

  it('knows no follower', async () => {
    append(0, 'a')
    expect(summary(await send([from(0, 0)], { replicaId: 5 }))).toEqual([`0:E${ErrorCode.NOT_LEADER_OR_FOLLOWER}`])
    const withEpoch = await send([from(0, 0, { currentLeaderEpoch: 0 })], { replicaId: 5 })
    expect(summary(withEpoch)).toEqual([`0:E${ErrorCode.UNKNOWN_LEADER_EPOCH}`])
    const state = { replicaState: { replicaId: 5, replicaEpoch: 1 } }
    expect(summary(await send([from(0, 0)], state, 15))).toEqual([`0:E${ErrorCode.NOT_LEADER_OR_FOLLOWER}`])
    expect(summary(await send([from(0, 0)], { replicaId: -2 }))).toEqual(['0:a'])
  })

  it('lists no aborted transactions for a reader of committed records when there are none', async () => {
    append(0, 'a')
    const [answer] = partitionsOf(await send([from(0, 0)], { isolationLevel: 1 }))
    expect(answer.abortedTransactions).toEqual([])
  })
})

describe('Fetch limits', () => {
  it('gives the first batch however large, and then only what fits', async () => {
    append(0, 'x'.repeat(500))
    const size = append(1, 'y')
    append(2, 'z'.repeat(500))
    expect(summary(await send([from(0, 0), from(1, 0)], { maxBytes: 10 }))).toEqual([`0:${'x'.repeat(500)}`, '1:'])
    const limited = await send([from(1, 0), from(2, 0)], { maxBytes: size + 10 })
    expect(summary(limited)).toEqual(['1:y', '2:'])
    expect(summary(await send([from(1, 0, { partitionMaxBytes: 0 }), from(2, 0, { partitionMaxBytes: 0 })]))).toEqual([
      '1:y',
      '2:'
    ])
  })

  it('stops a partition at its own limit', async () => {
    const size = append(0, 'a')
    append(0, 'b')
    append(0, 'c')
    expect(summary(await send([from(0, 0, { partitionMaxBytes: 2 * size })]))).toEqual(['0:a,b'])
  })

  it('gives its buffers back once the answer was sent', async () => {
    append(0, 'x'.repeat(100_000))
    expect(test.broker.fetchBuffers.idleBytes).toBe(0)
    const response = await send([from(0, 0)])
    expect(valuesOf(partitionsOf(response)[0])).toEqual(['x'.repeat(100_000)])
    expect(test.broker.fetchBuffers.idleBytes).toBeGreaterThan(100_000)
  })
})

describe('Fetch waits', () => {
  it('until an append to one of its partitions, which it does not hold up', async () => {
    const fetching = send([from(0, 0), from(1, 0)])
    expect(await isWaiting(fetching)).toBe(true)
    append(2, 'other')
    expect(await isWaiting(fetching)).toBe(true)
    append(1, 'a')
    expect(summary(await fetching)).toEqual(['0:', '1:a'])
    expectNothingLeft()
  })

  it('until its time is over', async () => {
    const fetching = send([from(0, 0)])
    test.clock.advance(499)
    expect(await isWaiting(fetching)).toBe(true)
    test.clock.advance(1)
    expect(summary(await fetching)).toEqual(['0:'])
    expectNothingLeft()
  })

  it('for as many bytes as it asked for, over all its partitions', async () => {
    const size = append(0, 'a')
    const fetching = send([from(0, 0), from(1, 0)], { minBytes: 3 * size })
    append(1, 'b')
    expect(await isWaiting(fetching)).toBe(true)
    append(0, 'c')
    expect(summary(await fetching)).toEqual(['0:a,c', '1:b'])
    expectNothingLeft()
  })

  it('gives what there is when its time is over before there is enough', async () => {
    append(0, 'a')
    const fetching = send([from(0, 0)], { minBytes: 10_000 })
    expect(await isWaiting(fetching)).toBe(true)
    test.clock.advance(500)
    expect(summary(await fetching)).toEqual(['0:a'])
  })

  it('takes all appends of one turn together', async () => {
    const fetching = send([from(0, 0)])
    append(0, 'a')
    append(0, 'b')
    expect(summary(await fetching)).toEqual(['0:a,b'])
  })

  it('not at all when it may not, when nothing exists, and when something is wrong', async () => {
    expect(summary(await send([from(0, 0)], { maxWaitMs: 0 }))).toEqual(['0:'])
    expect(summary(await send([]))).toEqual([])
    expect(summary(await send([from(9, 0)]))).toEqual(['9:E3'])
    expect(summary(await send([from(0, 5), from(1, 0)]))).toEqual(['0:E1', '1:'])
  })

  it('also with an unknown partition among the known', async () => {
    const fetching = send([from(9, 0), from(0, 0)])
    expect(await isWaiting(fetching)).toBe(true)
    test.clock.advance(500)
    expect(summary(await fetching)).toEqual(['0:', '9:E3'])
  })

  it('until the topic is deleted', async () => {
    const fetching = send([from(0, 0), from(1, 0)])
    test.deleteTopic('t')
    expect(summary(await fetching)).toEqual(['0:E3', '1:E3'])
    expectNothingLeft()
  })

  it('until its connection is gone', async () => {
    const fetching = send([from(0, 0)])
    connection.disconnect()
    expect(await fetching).toBeNull()
    expectNothingLeft()
  })

  it('until the broker stops', async () => {
    const fetching = send([from(0, 0)])
    await test.close()
    expect(summary(await fetching)).toEqual(['0:'])
  })

  function expectNothingLeft() {
    expect(test.broker.fetchWaits.size).toBe(0)
    expect(connection.disconnectListenerCount).toBe(0)
    for (const partition of test.broker.partitions.topic('t')?.partitions ?? []) expect(partition!.watcherCount).toBe(0)
  }
})

describe('Fetch sessions', () => {
  let sessionId: number
  let epoch: number

  async function open(partitions: Wanted[], version = 12): Promise<Response | null> {
    const response = await send(partitions, { sessionEpoch: 0, maxWaitMs: 0 }, version)
    sessionId = response!.sessionId
    epoch = 1
    return response
  }

  /** maxWaitMs 0 unless told. */
  const next = (partitions: Wanted[] = [], more: Request = {}, version = 12) =>
    send(partitions, { sessionId, sessionEpoch: epoch++, maxWaitMs: 0, ...more }, version)

  it('answer only what is new', async () => {
    append(0, 'a')
    expect(summary(await open([from(0, 0), from(1, 0), from(2, 0)]))).toEqual(['0:a', '1:', '2:'])
    expect(sessionId).toBeGreaterThan(0)
    expect(summary(await next([from(0, 1)]))).toEqual([])
    append(2, 'b')
    expect(summary(await next())).toEqual(['2:b'])
  })

  it('give records again until the client moves on', async () => {
    append(0, 'a')
    await open([from(0, 0)])
    expect(summary(await next())).toEqual(['0:a'])
    expect(summary(await next([from(0, 1)]))).toEqual([])
    expect(summary(await next([from(0, 0)]))).toEqual(['0:a'])
  })

  it('wait for any of their partitions, also those not named in this request', async () => {
    await open([from(0, 0), from(1, 0)])
    const fetching = next([], { maxWaitMs: 500 })
    expect(await isWaiting(fetching)).toBe(true)
    append(1, 'a')
    expect(summary(await fetching)).toEqual(['1:a'])
    const quiet = next([from(1, 1)], { maxWaitMs: 500 })
    expect(await isWaiting(quiet)).toBe(true)
    test.clock.advance(500)
    expect(summary(await quiet)).toEqual([])
  })

  it('see an append between two fetches', async () => {
    await open([from(0, 0), from(1, 0)])
    append(1, 'a')
    append(1, 'b')
    expect(summary(await next([], { maxWaitMs: 500 }))).toEqual(['1:a,b'])
  })

  it('tell a new log start offset', async () => {
    append(0, 'a')
    append(0, 'b')
    await open([from(0, 2), from(1, 0)])
    test.broker.partitions.get('t', 0)!.deleteRecordsBefore(1)
    const [answer] = partitionsOf(await next())
    expect(answer).toMatchObject({ partitionIndex: 0, logStartOffset: 1, errorCode: 0 })
    expect(summary(await next())).toEqual([])
  })

  it('add and forget partitions', async () => {
    append(1, 'a')
    await open([from(0, 0)])
    expect(summary(await next([from(1, 0)]))).toEqual(['1:a'])
    const forgotten = [{ topic: 't', partitions: [1, 3] }]
    expect(summary(await next([], { forgottenTopicsData: forgotten }))).toEqual([])
    append(1, 'b')
    expect(summary(await next())).toEqual([])
    append(0, 'c')
    expect(summary(await next())).toEqual(['0:c'])
  })

  it('put a partition that gave records behind the others', async () => {
    const size = append(0, 'a')
    append(0, 'b')
    append(1, 'c')
    append(2, 'd')
    await open([from(0, 0), from(1, 0), from(2, 0)])
    const one = { maxBytes: size }
    expect(summary(await next([from(0, 0), from(1, 0), from(2, 0)], one))).toEqual(['0:a'])
    expect(summary(await next([from(0, 1)], one))).toEqual(['1:c'])
    expect(summary(await next([from(1, 1)], one))).toEqual(['2:d'])
    expect(summary(await next([from(2, 1)], one))).toEqual(['0:b'])
  })

  it('repeat an error until it is gone', async () => {
    expect(summary(await open([from(0, 0), from(9, 0)]))).toEqual(['0:', '9:E3'])
    expect(summary(await next())).toEqual(['9:E3'])
    test.broker.metadata.createPartitions([{ name: 't', count: 10, assignments: null }], { validateOnly: false })
    expect(summary(await next())).toEqual(['9:'])
    expect(summary(await next())).toEqual([])
  })

  it('refuse a wrong epoch, an unknown id, and names after ids', async () => {
    await open([from(0, 0)])
    const error = async (more: Request, version = 12) => (await send([], { maxWaitMs: 0, ...more }, version))!.errorCode
    expect(await error({ sessionId, sessionEpoch: 7 })).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    expect(await error({ sessionId: sessionId + 1, sessionEpoch: 1 })).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    expect(await error({ sessionId, sessionEpoch: 1 }, 13)).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
    expect(await error({ sessionId, sessionEpoch: 1 })).toBe(ErrorCode.NONE)
  })

  it('end when the client says so, and when nothing is left in them', async () => {
    await open([from(0, 0)])
    expect((await send([], { sessionId, sessionEpoch: -1 }))!.sessionId).toBe(0)
    expect((await next())!.errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    await open([from(0, 0)])
    const last = await next([], { forgottenTopicsData: [{ topic: 't', partitions: [0] }] })
    expect(last).toMatchObject({ errorCode: 0, sessionId: 0 })
    expect(test.broker.fetchSessions.size).toBe(0)
    expect(test.broker.partitions.get('t', 0)!.watcherCount).toBe(0)
  })

  it('end an older fetch when the next one comes on another connection', async () => {
    await open([from(0, 0)])
    const older = next([], { maxWaitMs: 500 })
    const newer = next([], { maxWaitMs: 500 })
    expect((await older)!.errorCode).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    append(0, 'a')
    expect(summary(await newer)).toEqual(['0:a'])
  })

  it('notice that their topic was deleted and that another took its name', async () => {
    await open([from(0, 0)], 13)
    const fetching = next([], { maxWaitMs: 500 }, 13)
    test.deleteTopic('t')
    expect(summary(await fetching)).toEqual([`0:E${ErrorCode.UNKNOWN_TOPIC_OR_PARTITION}`])
    test.createTopic('t', 1)
    expect(summary(await next([], {}, 13))).toEqual([`0:E${ErrorCode.INCONSISTENT_TOPIC_ID}`])
  })

  it('cost nothing per append once abandoned', async () => {
    const partition = test.broker.partitions.get('t', 0)!
    for (let i = 0; i < 5; i++) await open([from(0, 0)])
    expect(partition.watcherCount).toBe(5)
    append(0, 'a')
    expect(partition.watcherCount).toBe(0)
    expect(summary(await next())).toEqual(['0:a'])
  })
})
