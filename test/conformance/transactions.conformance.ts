// Transactions of both protocols: success and every error, in every version.
import { beforeAll, expect, describe as group, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { addOffsetsToTxn } from '../../src/protocol/messages/add-offsets-to-txn.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { listTransactions } from '../../src/protocol/messages/list-transactions.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { txnOffsetCommit } from '../../src/protocol/messages/txn-offset-commit.ts'
import { writeTxnMarkers } from '../../src/protocol/messages/write-txn-markers.ts'
import { ensureOffsetsTopic } from './offsets-topic.ts'
import { testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, type Topic } from './topics.ts'
import {
  add,
  describe,
  end,
  ensureTransactionTopic,
  init,
  newProducer,
  type Producer,
  settled,
  write
} from './transactional.ts'
import { request } from './wire.ts'

beforeAll(async () => {
  await ensureTransactionTopic()
  await ensureOffsetsTopic()
})

const fresh = () => newProducer(uniqueName('tx'))

/** What a read_committed consumer is told. */
async function readCommitted(topic: Topic) {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20, currentLeaderEpoch: -1 }]
  const response = await request(fetch, 12, {
    ...{ maxWaitMs: 0, minBytes: 0, maxBytes: 1 << 20, isolationLevel: 1, sessionId: 0, sessionEpoch: -1 },
    topics: [{ topic: topic.name, partitions }]
  })
  const { highWatermark, lastStableOffset, abortedTransactions } = response.responses[0].partitions[0]
  return { highWatermark, lastStableOffset, aborted: (abortedTransactions ?? []).map(({ firstOffset }) => firstOffset) }
}

group('Coordinator', () => {
  testEachVersion(
    findCoordinator,
    'is found for a transactional id',
    async (version) => {
      const id = uniqueName('tx')
      const body = version >= 4 ? { keyType: 1, coordinatorKeys: [id] } : { keyType: 1, key: id }
      const response = await request(findCoordinator, version, body)
      expect((version >= 4 ? response.coordinators[0] : response).errorCode).toBe(0)
    },
    { from: 1 }
  )

  testEachVersion(initProducerId, 'bumps the epoch', async (version) => {
    const first = await newProducer(uniqueName('tx'), version)
    const second = await newProducer(first.transactionalId, version)
    expect(second).toEqual({ ...first, producerEpoch: first.producerEpoch + 1 })
  })

  testEachVersion(initProducerId, 'refuses timeouts out of range', async (version) => {
    for (const transactionTimeoutMs of [0, -1, 900_001]) {
      const response = await request(initProducerId, version, {
        transactionalId: uniqueName('tx'),
        transactionTimeoutMs
      })
      expect(errorName(response.errorCode)).toBe('INVALID_TRANSACTION_TIMEOUT')
    }
  })

  testEachVersion(
    initProducerId,
    'fences a producer that says it has an epoch that is over',
    async (version) => {
      const old = await fresh()
      await newProducer(old.transactionalId)
      const response = await init(old.transactionalId, version, old)
      expect(errorName(response.errorCode)).toBe(version >= 4 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH')
    },
    { from: 3 }
  )

  test('aborts what is open when somebody else takes the id', async () => {
    const topic = await createTopic()
    const old = await fresh()
    expect(await write(old, topic, 0, ['a'])).toEqual(['NONE', 0])
    expect(errorName((await init(old.transactionalId)).errorCode)).toBe('CONCURRENT_TRANSACTIONS')
    const producer = await newProducer(old.transactionalId)
    expect(producer.producerEpoch).toBe(2)
    expect(await write(old, topic, 1, ['b'])).toEqual(['INVALID_PRODUCER_EPOCH', -1])
    expect((await end(old, true)).error).toBe('PRODUCER_FENCED')
    expect(await readCommitted(topic)).toEqual({ highWatermark: 2, lastStableOffset: 2, aborted: [0] })
  })
})

group('AddPartitionsToTxn', () => {
  testEachVersion(addPartitionsToTxn, 'adds, all or nothing', async (version) => {
    const topic = await createTopic({ partitions: 2 })
    const producer = await fresh()
    expect(await add(producer, topic, version, [0, 7])).toEqual(
      expect.arrayContaining(['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION'])
    )
    expect((await describe(producer.transactionalId)).transactionState).toBe('Empty')
    expect(await add(producer, topic, version, [0, 1])).toEqual(['NONE', 'NONE'])
    expect(await add(producer, topic, version, [1])).toEqual(['NONE'])
    expect(await describe(producer.transactionalId)).toMatchObject({ transactionState: 'Ongoing', producerEpoch: 0 })
  })

  testEachVersion(addPartitionsToTxn, 'refuses who is not the producer', async (version) => {
    const topic = await createTopic()
    const producer = await fresh()
    const fenced = version >= 2 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH'
    expect(await add({ ...producer, producerEpoch: 1 }, topic, version)).toEqual([fenced])
    expect(await add({ ...producer, producerId: 1 << 30 }, topic, version)).toEqual(['INVALID_PRODUCER_ID_MAPPING'])
    const unknown = { ...producer, transactionalId: uniqueName('tx') }
    expect(await add(unknown, topic, version)).toEqual(['INVALID_PRODUCER_ID_MAPPING'])
    expect(await add({ ...producer, transactionalId: '' }, topic, version)).toEqual(['INVALID_REQUEST'])
  })

  test('verifies without adding', async () => {
    const topic = await createTopic({ partitions: 2 })
    const producer = await fresh()
    await add(producer, topic, 3, [0])
    const topics = [{ name: topic.name, partitions: [0, 1] }]
    const response = await request(addPartitionsToTxn, 5, { transactions: [{ ...producer, verifyOnly: true, topics }] })
    const errors = response.resultsByTransaction[0].topicResults[0].resultsByPartition.map(
      ({ partitionIndex, partitionErrorCode }) => [partitionIndex, errorName(partitionErrorCode)]
    )
    expect(errors.toSorted()).toEqual([
      [0, 'NONE'],
      [1, 'TRANSACTION_ABORTABLE']
    ])
  })
})

group('Produce in a transaction', () => {
  testEachVersion(produce, 'is verified, or adds the partition', async (version) => {
    const topic = await createTopic()
    const producer = await fresh()
    const expected = version >= 12 ? 'NONE' : version >= 11 ? 'TRANSACTION_ABORTABLE' : 'INVALID_TXN_STATE'
    expect((await write(producer, topic, 0, ['a'], version))[0]).toBe(expected)
    if (version < 12) {
      await add(producer, topic)
      expect(await write(producer, topic, 0, ['a'], version)).toEqual(['NONE', 0])
    }
    expect(await write(producer, topic, 1, ['b'], version)).toEqual(['NONE', 1])
    expect(await readCommitted(topic)).toEqual({ highWatermark: 2, lastStableOffset: 0, aborted: [] })
    expect((await describe(producer.transactionalId)).topics).toEqual([{ topic: topic.name, partitions: [0] }])
  })

  testEachVersion(produce, 'refuses who is not the producer', async (version) => {
    const topic = await createTopic()
    const producer = await fresh()
    const other = { ...producer, producerId: 1 << 30 }
    expect((await write({ ...producer, producerEpoch: 9 }, topic, 0, ['a'], version))[0]).toBe('INVALID_PRODUCER_EPOCH')
    expect((await write(other, topic, 0, ['a'], version))[0]).toBe('INVALID_PRODUCER_ID_MAPPING')
  })

  test('begins with sequence 0 where nothing is known of the producer', async () => {
    const topic = await createTopic()
    expect((await write(await fresh(), topic, 5, ['a'], 12))[0]).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
  })
})

group('EndTxn', () => {
  for (const committed of [true, false]) {
    testEachVersion(endTxn, `ends a transaction, and again (commit ${committed})`, async (version) => {
      const topic = await createTopic()
      const producer = await fresh()
      const bumps = version >= 5
      await add(producer, topic)
      await write(producer, topic, 0, ['a', 'b'], bumps ? 12 : 11)
      const { producerId } = producer
      const ended = bumps
        ? { error: 'NONE', producerId, producerEpoch: 1 }
        : { error: 'NONE', producerId: -1, producerEpoch: -1 }
      expect(await end(producer, committed, version)).toEqual(ended)
      expect(await settled(producer.transactionalId)).toBe(committed ? 'CompleteCommit' : 'CompleteAbort')
      expect(await end(producer, committed, version)).toEqual(ended)
      expect((await end(producer, !committed, version)).error).toBe('INVALID_TXN_STATE')
      expect(await readCommitted(topic)).toEqual({
        ...{ highWatermark: 3, lastStableOffset: 3 },
        aborted: committed ? [] : [0]
      })
    })
  }

  testEachVersion(endTxn, 'refuses who is not the producer, and what was not begun', async (version) => {
    const producer = await fresh()
    const fenced = version >= 2 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH'
    expect((await end({ ...producer, producerEpoch: 3 }, true, version)).error).toBe(fenced)
    expect((await end({ ...producer, producerId: 1 << 30 }, true, version)).error).toBe('INVALID_PRODUCER_ID_MAPPING')
    const unknown = { ...producer, transactionalId: uniqueName('tx') }
    expect((await end(unknown, true, version)).error).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect((await end({ ...producer, transactionalId: '' }, true, version)).error).toBe('INVALID_REQUEST')
    expect((await end(producer, true, version)).error).toBe('INVALID_TXN_STATE')
    expect((await end(producer, false, version)).error).toBe(version >= 5 ? 'NONE' : 'INVALID_TXN_STATE')
  })
})

group('Offsets in a transaction', () => {
  async function committedOffset(groupId: string, topic: Topic) {
    const topics = [{ name: topic.name, partitionIndexes: [0] }]
    const response = await request(offsetFetch, 8, { groups: [{ groupId, topics }], requireStable: true })
    const { errorCode, committedOffset } = response.groups[0].topics[0].partitions[0]
    return [errorName(errorCode), committedOffset]
  }

  async function commitOffset(producer: Producer, groupId: string, topic: Topic, version: number, more = {}) {
    const partitions = [{ partitionIndex: 0, committedOffset: 42, committedMetadata: '' }]
    const body = { ...producer, groupId, topics: [{ name: topic.name, partitions }], ...more }
    const response = await request(txnOffsetCommit, version, body)
    return errorName(response.topics[0].partitions[0].errorCode)
  }

  async function addOffsets(producer: Producer, groupId: string, version = 4) {
    return errorName((await request(addOffsetsToTxn, version, { ...producer, groupId })).errorCode)
  }

  testEachVersion(txnOffsetCommit, 'count when it commits', async (version) => {
    const topic = await createTopic()
    const [groupId, producer] = [uniqueName('group'), await fresh()]
    if (version < 5) {
      const refused = version === 4 ? 'TRANSACTION_ABORTABLE' : 'INVALID_TXN_STATE'
      expect(await commitOffset(producer, groupId, topic, version)).toBe(refused)
      expect(await addOffsets(producer, groupId)).toBe('NONE')
    }
    expect(await commitOffset(producer, groupId, topic, version)).toBe('NONE')
    expect(await committedOffset(groupId, topic)).toEqual(['UNSTABLE_OFFSET_COMMIT', -1])
    await end(producer, true, version >= 5 ? 5 : 4)
    await settled(producer.transactionalId)
    expect(await committedOffset(groupId, topic)).toEqual(['NONE', 42])
  })

  testEachVersion(txnOffsetCommit, 'never count when it aborts', async (version) => {
    const topic = await createTopic()
    const [groupId, producer] = [uniqueName('group'), await fresh()]
    if (version < 5) await addOffsets(producer, groupId)
    await commitOffset(producer, groupId, topic, version)
    await end(producer, false, version >= 5 ? 5 : 4)
    await settled(producer.transactionalId)
    expect(await committedOffset(groupId, topic)).toEqual(['NONE', -1])
  })

  testEachVersion(txnOffsetCommit, 'are refused to others', async (version) => {
    const topic = await createTopic()
    const [groupId, producer] = [uniqueName('group'), await fresh()]
    if (version < 5) await addOffsets(producer, groupId)
    expect(await commitOffset({ ...producer, producerEpoch: 5 }, groupId, topic, version)).toBe(
      'INVALID_PRODUCER_EPOCH'
    )
    expect(await commitOffset(producer, '', topic, version)).toBe('INVALID_GROUP_ID')
    const nowhere = { ...topic, name: uniqueName('none') }
    expect(await commitOffset(producer, groupId, nowhere, version)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    if (version >= 3) {
      const member = { generationId: 3, memberId: 'nobody' }
      expect(await commitOffset(producer, groupId, topic, version, member)).toBe('ILLEGAL_GENERATION')
    }
  })

  testEachVersion(addOffsetsToTxn, 'are added by their producer only', async (version) => {
    const producer = await fresh()
    expect(await addOffsets(producer, 'g', version)).toBe('NONE')
    const fenced = version >= 2 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH'
    expect(await addOffsets({ ...producer, producerEpoch: 1 }, 'g', version)).toBe(fenced)
    expect(await addOffsets({ ...producer, producerId: 1 << 30 }, 'g', version)).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(await addOffsets({ ...producer, transactionalId: '' }, 'g', version)).toBe('INVALID_REQUEST')
    const { topics } = await describe(producer.transactionalId)
    expect(topics.map(({ topic }) => topic)).toEqual(['__consumer_offsets'])
  })
})

group('An administrator', () => {
  testEachVersion(listTransactions, 'lists with filters', async (version) => {
    const topic = await createTopic()
    const producer = await fresh()
    await add(producer, topic)
    const list = async (filter: object) => {
      const response = await request(listTransactions, version, { stateFilters: [], producerIdFilters: [], ...filter })
      const ids = response.transactionStates.map(({ transactionalId }) => transactionalId)
      return [ids.includes(producer.transactionalId), response.unknownStateFilters, errorName(response.errorCode)]
    }
    expect(await list({})).toEqual([true, [], 'NONE'])
    expect(await list({ stateFilters: ['Ongoing'] })).toEqual([true, [], 'NONE'])
    expect(await list({ stateFilters: ['Empty', 'Strange'] })).toEqual([false, ['Strange'], 'NONE'])
    expect(await list({ producerIdFilters: [producer.producerId] })).toEqual([true, [], 'NONE'])
    expect(await list({ producerIdFilters: [1 << 30] })).toEqual([false, [], 'NONE'])
    if (version >= 1) expect(await list({ durationFilter: 3_600_000 })).toEqual([false, [], 'NONE'])
    if (version < 2) return
    expect(await list({ transactionalIdPattern: `${producer.transactionalId.slice(0, 3)}.*` })).toEqual([
      true,
      [],
      'NONE'
    ])
    expect(await list({ transactionalIdPattern: 'no' })).toEqual([false, [], 'NONE'])
    expect(await list({ transactionalIdPattern: '(' })).toEqual([false, [], 'INVALID_REGULAR_EXPRESSION'])
  })

  test('describes', async () => {
    expect(errorName((await describe(uniqueName('none'))).errorCode)).toBe('TRANSACTIONAL_ID_NOT_FOUND')
    expect(errorName((await describe('')).errorCode)).toBe('INVALID_REQUEST')
    const producer = await fresh()
    expect(await describe(producer.transactionalId)).toMatchObject({
      ...{ transactionState: 'Empty', transactionTimeoutMs: 60_000, transactionStartTimeMs: -1, topics: [] },
      producerId: producer.producerId
    })
  })

  testEachVersion(writeTxnMarkers, 'ends a hanging transaction', async (version) => {
    const topic = await createTopic()
    const producer = await fresh()
    await write(producer, topic, 0, ['a'])
    const { producerId, producerEpoch } = producer
    const topics = [{ name: topic.name, partitionIndexes: [0, 5] }]
    const marker = { producerId, producerEpoch, transactionResult: false, topics, coordinatorEpoch: 0 }
    const response = await request(writeTxnMarkers, version, { markers: [marker] })
    const errors = response.markers[0].topics[0].partitions.map((each) => [
      each.partitionIndex,
      errorName(each.errorCode)
    ])
    expect(errors.toSorted()).toEqual([
      [0, 'NONE'],
      [5, 'UNKNOWN_TOPIC_OR_PARTITION']
    ])
    expect(await readCommitted(topic)).toEqual({ highWatermark: 2, lastStableOffset: 2, aborted: [0] })
  })
})
