import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { crc32c } from '../bytes/crc32c.ts'
import { ErrorCode } from '../error-codes.ts'
import { produce } from '../protocol/messages/produce.ts'
import { codec } from '../records/batch-header.ts'
import { type BatchInit, buildBatch } from '../records/build-batch.ts'
import { batches, recordsOf } from '../records/iterate.ts'
import { produceHandler } from './produce.ts'
import { callHandler, TestConnection } from './testing/call-handler.ts'

let test: TestBroker
let topicId: string

beforeEach(() => {
  test = startTestBroker()
  topicId = test.createTopic('t', 2)
})
afterEach(() => test.close())

const values = (...texts: string[]): BatchInit => ({
  records: texts.map((text) => ({ value: Buffer.from(text) })),
  timestampMs: test.clock.nowMs()
})
const batchOf = (...texts: string[]) => buildBatch(values(...texts))

interface Send {
  version?: number
  acks?: number
  topic?: string
  transactionalId?: string
  clientId?: string
  connection?: TestConnection
  topicId?: string
}

/** Partition 0 gets the first records, partition 1 the second. */
async function send(records: (Buffer | null)[], options: Send = {}) {
  const { version = 9, acks = -1, topic = 't', clientId, connection } = options
  const partitionData = records.map((batch, index) => ({ index, records: batch }))
  const request = {
    transactionalId: options.transactionalId ?? null,
    ...{ acks, timeoutMs: 1000 },
    topicData: [{ name: topic, topicId: options.topicId ?? topicId, partitionData }]
  }
  const { broker } = test
  const response = await callHandler({
    handler: produceHandler,
    api: produce,
    version,
    request,
    broker,
    connection,
    clientId
  })
  return response?.responses[0].partitionResponses
}

const code = async (records: (Buffer | null)[], options?: Send) =>
  (await send(records, options))!.map((p) => p.errorCode)

const stored = (index = 0) => {
  const { log } = test.broker.partitions.get('t', index)!
  return log.read(0, { maxBytes: 1 << 20, minOneBatch: true }).records
}
const storedValues = (index = 0) => {
  const records = stored(index)
  const found = [...batches(records)].flatMap((position) => [...recordsOf(records, position)])
  return found.map(({ offset, value }) => `${offset}:${value}`)
}

describe('Produce', () => {
  for (const version of [3, 7, 8, 9, 12, 13]) {
    it(`appends and answers with the offset, version ${version}`, async () => {
      await send([batchOf('a', 'b')], { version })
      const [answer] = (await send([batchOf('c')], { version }))!
      expect(answer).toMatchObject({ index: 0, errorCode: 0, baseOffset: 2, logAppendTimeMs: -1, errorMessage: null })
      expect(answer.logStartOffset).toBe(version >= 5 ? 0 : -1)
      expect(storedValues()).toEqual(['0:a', '1:b', '2:c'])
    })
  }

  it('answers without a promise when there is nothing to convert or sync', () => {
    const partitionData = [{ index: 0, records: batchOf('a') }]
    const request = {
      transactionalId: null,
      acks: -1,
      timeoutMs: 0,
      topicData: [{ name: 't', topicId, partitionData }]
    }
    const answer = produceHandler.handle(request, test.broker, new TestConnection().context(0, 9))
    expect(answer).not.toBeInstanceOf(Promise)
  })

  it('refuses one partition and takes the other', async () => {
    const damaged = batchOf('x')
    damaged[damaged.length - 1] ^= 1
    expect(await code([damaged, batchOf('y')])).toEqual([ErrorCode.CORRUPT_MESSAGE, ErrorCode.NONE])
    expect(storedValues(1)).toEqual(['0:y'])
  })

  it('refuses unknown topics, partitions and topic ids', async () => {
    expect(await code([batchOf('a')], { topic: 'nope' })).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
    expect(await code([batchOf('a'), batchOf('b'), batchOf('c')])).toEqual([0, 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
    const unknown = { version: 13, topicId: 'AAAAAAAAAAAAAAAAAAAAAg' }
    expect(await code([batchOf('a')], unknown)).toEqual([ErrorCode.UNKNOWN_TOPIC_ID])
  })

  it('refuses what is not exactly one batch of magic 2', async () => {
    expect(await code([Buffer.alloc(0)])).toEqual([ErrorCode.INVALID_RECORD])
    expect(await code([null])).toEqual([ErrorCode.INVALID_RECORD])
    expect(await code([batchOf('a').subarray(0, 50)])).toEqual([ErrorCode.INVALID_RECORD])
    expect(await code([Buffer.concat([batchOf('a'), batchOf('b')])])).toEqual([ErrorCode.INVALID_RECORD])
    const legacy = batchOf('a')
    legacy[16] = 1
    expect(await code([legacy])).toEqual([ErrorCode.INVALID_RECORD])
    expect(storedValues()).toEqual([])
  })

  it('drops bytes behind the batch that are no batch', async () => {
    expect(await code([Buffer.concat([batchOf('a'), Buffer.alloc(5, 1)])])).toEqual([0])
    expect(await code([batchOf('b')])).toEqual([0])
    expect(storedValues()).toEqual(['0:a', '1:b'])
  })

  it('fails the whole request over a header that cannot be read', async () => {
    const answers = (await send([batchOf('a'), Buffer.alloc(20)]))!
    expect(answers.map((p) => p.errorCode)).toEqual([ErrorCode.CORRUPT_MESSAGE, ErrorCode.CORRUPT_MESSAGE])
    expect(answers[0].errorMessage).toBe('Record size 0 is less than the minimum record overhead (14)')
    const magic3 = batchOf('a')
    magic3[16] = 3
    expect((await send([magic3]))![0].errorMessage).toBe('Invalid magic found in record: 3')
    expect(storedValues()).toEqual([])
  })

  it('takes zstd from version 7 on only', async () => {
    const zstd = () => buildBatch({ ...values('a'), codec: 4 })
    expect(await code([zstd()], { version: 6 })).toEqual([ErrorCode.UNSUPPORTED_COMPRESSION_TYPE])
    expect(await code([zstd()], { version: 7 })).toEqual([0])
  })

  it('refuses other acks than 0, 1 and -1, but unknown partitions first', async () => {
    const { INVALID_REQUIRED_ACKS, UNKNOWN_TOPIC_OR_PARTITION } = ErrorCode
    const codes = await code([batchOf('a'), batchOf('a'), batchOf('a')], { acks: 2 })
    expect(codes).toEqual([INVALID_REQUIRED_ACKS, INVALID_REQUIRED_ACKS, UNKNOWN_TOPIC_OR_PARTITION])
    expect(storedValues()).toEqual([])
    expect(await code([batchOf('a')], { acks: 1 })).toEqual([0])
  })

  it('gives no answer for acks=0, and closes the connection when something failed', async () => {
    const connection = new TestConnection()
    expect(await send([batchOf('a')], { acks: 0, connection })).toBeUndefined()
    expect(connection.closeReason).toBeUndefined()
    expect(storedValues()).toEqual(['0:a'])
    expect(await send([batchOf('a')], { acks: 0, topic: 'nope', connection })).toBeUndefined()
    expect(connection.closeReason).toContain('nope-0 UNKNOWN_TOPIC_OR_PARTITION')
  })

  it('closes the connection of acks=0 also over a header that cannot be read', async () => {
    const connection = new TestConnection()
    expect(await send([Buffer.alloc(20)], { acks: 0, connection })).toBeUndefined()
    expect(connection.closeReason).toContain('Record size 0')
  })

  it('takes the last records of a partition named twice, and one topic for a topic named twice', async () => {
    const request = {
      ...{ transactionalId: null, acks: -1, timeoutMs: 1000 },
      topicData: [
        { name: 't', partitionData: [{ index: 0, records: batchOf('a') }] },
        {
          name: 't',
          partitionData: [
            { index: 1, records: batchOf('b') },
            { index: 0, records: batchOf('c') }
          ]
        }
      ]
    }
    const { broker } = test
    const response = await callHandler({ handler: produceHandler, api: produce, version: 9, request, broker })
    const answers = response!.responses.map((t) => t.partitionResponses.map((p) => `${p.index}:${p.baseOffset}`))
    expect(answers).toEqual([['0:0', '1:0']])
    expect(storedValues(0)).toEqual(['0:c'])
  })

  it('lets nobody but an admin client write to an internal topic', async () => {
    test.createTopic('__consumer_offsets')
    expect(await code([batchOf('a')], { topic: '__consumer_offsets' })).toEqual([ErrorCode.INVALID_TOPIC_EXCEPTION])
    expect(await code([batchOf('a')], { topic: '__consumer_offsets', clientId: '__admin_client' })).toEqual([0])
  })

  it('refuses transactional batches that no coordinator knows of', async () => {
    const transactional = () =>
      buildBatch({ ...values('a'), transactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 })
    const { TRANSACTIONAL_ID_AUTHORIZATION_FAILED, INVALID_PRODUCER_ID_MAPPING, NOT_ENOUGH_REPLICAS } = ErrorCode
    const withoutId = (await send([batchOf('b'), transactional()]))!
    expect(withoutId.map((p) => p.errorCode)).toEqual([
      TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
      TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    ])
    expect(withoutId[0].errorMessage).toBeNull()
    // Without their topic there is no coordinator at all.
    expect(await code([transactional()], { transactionalId: 'x' })).toEqual([NOT_ENOUGH_REPLICAS])
    test.broker.transactions.ensureTopic()
    expect(await code([transactional(), batchOf('b')], { transactionalId: 'x' })).toEqual([
      INVALID_PRODUCER_ID_MAPPING,
      0
    ])
  })

  it('answers a duplicate with its first offset and refuses a gap', async () => {
    const batch = (baseSequence: number) =>
      buildBatch({ ...values('a', 'b'), producerId: 7, producerEpoch: 0, baseSequence })
    expect((await send([batch(0)]))![0]).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect((await send([batch(2)]))![0]).toMatchObject({ errorCode: 0, baseOffset: 2 })
    expect((await send([batch(0)]))![0]).toMatchObject({
      errorCode: 0,
      baseOffset: 0,
      logAppendTimeMs: test.clock.nowMs()
    })
    expect((await send([batch(9)]))![0]).toMatchObject({
      errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      baseOffset: -1,
      logStartOffset: 0,
      errorMessage: null
    })
    expect(test.broker.partitions.get('t', 0)!.log.logEndOffset).toBe(4)
  })

  it('names the records that were refused', async () => {
    test.createTopic('compact', 1, { 'cleanup.policy': 'compact' })
    const [answer] = (await send([batchOf('a', 'b')], { topic: 'compact' }))!
    expect(answer.errorCode).toBe(ErrorCode.INVALID_RECORD)
    expect(answer.logStartOffset).toBe(0)
    expect(answer.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([0, 1])
    expect(answer.recordErrors[0].batchIndexErrorMessage).toContain('without key')
    expect(answer.errorMessage).not.toBeNull()
  })

  it('tells the time of the append when the topic wants it', async () => {
    test.createTopic('lat', 1, { 'message.timestamp.type': 'LogAppendTime' })
    const [answer] = (await send([batchOf('a')], { topic: 'lat' }))!
    expect(answer.logAppendTimeMs).toBe(test.clock.nowMs())
  })

  it("recompresses to the topic's codec", async () => {
    test.createTopic('gz', 2, { 'compression.type': 'gzip' })
    const damaged = batchOf('x')
    damaged.writeInt32BE(9, 57)
    damaged.writeUInt32BE(crc32c(damaged, 21), 17)
    const answers = (await send([batchOf('a'.repeat(100)), damaged], { topic: 'gz' }))!
    expect(answers.map((p) => p.errorCode)).toEqual([0, ErrorCode.INVALID_RECORD])
    const { records } = test.broker.partitions.get('gz', 0)!.log.read(0, { maxBytes: 1 << 20, minOneBatch: true })
    expect(codec(records, 0)).toBe(1)
    expect([...recordsOf(records)][0].value!.toString()).toBe('a'.repeat(100))
  })

  it('waits for the sync when flush.messages asks for it', async () => {
    test.createTopic('synced', 1, { 'flush.messages': '1' })
    const partitionData = [{ index: 0, records: batchOf('a') }]
    const request = {
      transactionalId: null,
      acks: 1,
      timeoutMs: 0,
      topicData: [{ name: 'synced', topicId, partitionData }]
    }
    const answer = produceHandler.handle(request, test.broker, new TestConnection().context(0, 9))
    expect(answer).toBeInstanceOf(Promise)
    await answer
    expect(test.broker.partitions.get('synced', 0)!.log.recoveryPoint).toBe(1)
  })

  it('refuses a batch larger than max.message.bytes and hides the log start offset', async () => {
    test.createTopic('small', 1, { 'max.message.bytes': '100' })
    const [answer] = (await send([batchOf('a'.repeat(200))], { topic: 'small' }))!
    expect(answer).toMatchObject({ errorCode: ErrorCode.MESSAGE_TOO_LARGE, logStartOffset: -1 })
  })
})
