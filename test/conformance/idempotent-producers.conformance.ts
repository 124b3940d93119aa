// InitProducerId, and the sequence and epoch checks of Produce.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { sequenced, valuesIn } from './batches.ts'
import { fetchFrom } from './fetch-requests.ts'
import { produceTo } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { createTopic, type Topic } from './topics.ts'
import { connect, eventually, request } from './wire.ts'

interface Producer {
  producerId: number
  producerEpoch: number
}

async function newProducer(version = latest(initProducerId)): Promise<Producer> {
  // The first block of ids may still be on its way from the controller.
  const response = await eventually(async () => {
    const answer = await request(initProducerId, version, { transactionalId: null, transactionTimeoutMs: 60_000 })
    return errorName(answer.errorCode) === 'COORDINATOR_LOAD_IN_PROGRESS' ? undefined : answer
  }, 'producer ids')
  expect(errorName(response.errorCode)).toBe('NONE')
  return { producerId: response.producerId, producerEpoch: response.producerEpoch }
}

/** Error and base offset of a produce with a sequence. */
async function send(topic: Topic, producer: Producer, sequence: number, values: readonly string[]) {
  const { errorCode, baseOffset } = await produceTo(topic, sequenced(producer, sequence, values))
  return [errorName(errorCode), baseOffset]
}

describe('InitProducerId', () => {
  testEachVersion(initProducerId, 'gives a new id with epoch 0', async (version) => {
    const [first, second] = [await newProducer(version), await newProducer(version)]
    expect(first.producerId).toBeGreaterThanOrEqual(0)
    expect(second.producerId).toBeGreaterThan(first.producerId)
    expect([first.producerEpoch, second.producerEpoch]).toEqual([0, 0])
  })

  testEachVersion(
    initProducerId,
    'gives a new id to a producer that had one and no transactional id',
    async (version) => {
      const had = await newProducer(version)
      const response = await request(initProducerId, version, {
        transactionalId: null,
        transactionTimeoutMs: 60_000,
        ...had
      })
      expect(errorName(response.errorCode)).toBe('NONE')
      expect(response.producerId).not.toBe(had.producerId)
      expect(response.producerEpoch).toBe(0)
    },
    { from: 3 }
  )

  testEachVersion(initProducerId, 'refuses an empty transactional id', async (version) => {
    const response = await request(initProducerId, version, { transactionalId: '', transactionTimeoutMs: 60_000 })
    expect(errorName(response.errorCode)).toBe('INVALID_REQUEST')
    expect(response.producerId).toBe(-1)
  })

  testEachVersion(
    initProducerId,
    'refuses an epoch without an id, and an id without an epoch',
    async (version) => {
      for (const half of [
        { producerId: -1, producerEpoch: 3 },
        { producerId: 4711, producerEpoch: -1 }
      ]) {
        const body = { transactionalId: null, transactionTimeoutMs: 60_000, ...half }
        const response = await request(initProducerId, version, body)
        expect(errorName(response.errorCode)).toBe('INVALID_REQUEST')
      }
    },
    { from: 3 }
  )

  test('gives ids that no other connection gets', async () => {
    await newProducer()
    const connections = [await connect(), await connect()]
    const answers = await Promise.all(
      connections.flatMap((connection) =>
        Array.from({ length: 20 }, () =>
          connection.request(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1 })
        )
      )
    )
    expect(new Set(answers.map(({ producerId }) => producerId)).size).toBe(40)
  })
})

describe('An idempotent producer', () => {
  testEachVersion(produce, 'gets the first offset for a batch sent again', async (version) => {
    const topic = await createTopic()
    const producer = await newProducer()
    const batch = () => sequenced(producer, 0, ['a', 'b'])
    const first = await produceTo(topic, batch(), { version })
    expect(first).toMatchObject({ errorCode: 0, baseOffset: 0 })
    await produceTo(topic, sequenced(producer, 2, ['c']), { version })
    const again = await produceTo(topic, batch(), { version })
    expect(again).toMatchObject({ errorCode: 0, baseOffset: 0, logStartOffset: version >= 5 ? 0 : -1 })
    expect(valuesIn((await fetchFrom(topic)).records)).toEqual(['a', 'b', 'c'])
  })

  test('goes on in sequence', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    for (let index = 0; index < 5; index++) {
      expect(await send(topic, producer, index * 2, ['x', 'y'])).toEqual(['NONE', index * 2])
    }
  })

  test('is refused a gap, and may fill it', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    expect(await send(topic, producer, 0, ['a'])).toEqual(['NONE', 0])
    expect(await send(topic, producer, 2, ['c'])).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER', -1])
    expect(await send(topic, producer, 1, ['b'])).toEqual(['NONE', 1])
    expect(await send(topic, producer, 2, ['c'])).toEqual(['NONE', 2])
  })

  test('may start with any sequence on a log that does not know it', async () => {
    const topic = await createTopic()
    expect(await send(topic, await newProducer(), 10, ['a'])).toMatchInlineSnapshot(`
      [
        "NONE",
        0,
      ]
    `)
  })

  test('is known by the last five batches', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    for (let sequence = 0; sequence < 7; sequence++) await send(topic, producer, sequence, [`${sequence}`])
    for (const sequence of [2, 3, 4, 5, 6]) {
      expect(await send(topic, producer, sequence, [`${sequence}`])).toEqual(['NONE', sequence])
    }
    expect(await send(topic, producer, 1, ['1'])).toMatchInlineSnapshot(`
      [
        "OUT_OF_ORDER_SEQUENCE_NUMBER",
        -1,
      ]
    `)
    expect((await fetchFrom(topic)).highWatermark).toBe(7)
  })

  test('is no duplicate when the batch has another length', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    await send(topic, producer, 0, ['a', 'b', 'c'])
    expect(await send(topic, producer, 0, ['a', 'b'])).toMatchInlineSnapshot(`
      [
        "OUT_OF_ORDER_SEQUENCE_NUMBER",
        -1,
      ]
    `)
    expect(await send(topic, producer, 1, ['b', 'c'])).toMatchInlineSnapshot(`
      [
        "OUT_OF_ORDER_SEQUENCE_NUMBER",
        -1,
      ]
    `)
  })

  test('starts again at 0 with a higher epoch', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    await send(topic, producer, 0, ['a', 'b'])
    const later = { ...producer, producerEpoch: 1 }
    expect(await send(topic, later, 2, ['c'])).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER', -1])
    expect(await send(topic, later, 0, ['c'])).toEqual(['NONE', 2])
    expect(await send(topic, producer, 2, ['d'])).toEqual(['INVALID_PRODUCER_EPOCH', -1])
  })

  test('has a sequence of its own in every partition', async () => {
    const topic = await createTopic({ partitions: 2 })
    const producer = await newProducer()
    for (const partition of [0, 1]) {
      const outcome = await produceTo(topic, sequenced(producer, 0, ['a']), { partition })
      expect(outcome).toMatchObject({ errorCode: 0, baseOffset: 0 })
    }
  })

  test('wraps around from the highest sequence to 0', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    const highest = 2 ** 31 - 1
    expect(await send(topic, producer, highest - 1, ['a', 'b'])).toEqual(['NONE', 0])
    expect(await send(topic, producer, 0, ['c'])).toEqual(['NONE', 2])
  })

  test('wraps around inside a batch', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    const highest = 2 ** 31 - 1
    expect(await send(topic, producer, highest, ['a', 'b', 'c'])).toEqual(['NONE', 0])
    expect(await send(topic, producer, highest, ['a', 'b', 'c'])).toEqual(['NONE', 0])
    expect(await send(topic, producer, 2, ['d'])).toEqual(['NONE', 3])
  })

  test('keeps its state across a batch without a producer', async () => {
    const topic = await createTopic()
    const producer = await newProducer()
    await send(topic, producer, 0, ['a'])
    await produceTo(topic, sequenced({ producerId: -1, producerEpoch: -1 }, -1, ['plain']))
    expect(await send(topic, producer, 1, ['b'])).toEqual(['NONE', 2])
  })

  test('duplicates are seen among batches that were compressed by the broker', async () => {
    const topic = await createTopic({ configs: { 'compression.type': 'gzip' } })
    const producer = await newProducer()
    expect(await send(topic, producer, 0, ['a', 'b'])).toEqual(['NONE', 0])
    expect(await send(topic, producer, 0, ['a', 'b'])).toEqual(['NONE', 0])
    expect((await fetchFrom(topic)).highWatermark).toBe(2)
  })
})
