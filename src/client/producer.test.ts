import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { produce as produceApi } from '../protocol/messages/produce.ts'
import type { ResponseInitOf } from '../protocol/schema.ts'
import { baseSequence, producerId, recordCount } from '../records/batch-header.ts'
import { allRecords } from '../records/iterate.ts'
import { Client } from './client.ts'
import { Producer, type ProducerOptions } from './producer.ts'
import { FakeBroker } from './testing/fake-broker.ts'

type PartitionAnswer = { errorCode?: number; baseOffset?: number }

let broker: FakeBroker
let client: Client
/** Every batch that arrived: partition, producer id, sequence, values. */
let arrived: { partition: number; producerId: number; baseSequence: number; values: string[] }[]
let nextOffsets: Map<number, number>
let nextProducerId: number
let answer: (partition: number, batch: Buffer) => PartitionAnswer

beforeEach(async () => {
  broker = await FakeBroker.start()
  broker.topics = [{ name: 't', partitions: 2 }]
  arrived = []
  nextOffsets = new Map()
  nextProducerId = 100
  answer = append
  broker.on(initProducerId, () => ({ producerId: nextProducerId++, producerEpoch: 0 }))
  broker.on(
    produceApi,
    ({ topicData }): ResponseInitOf<typeof produceApi> => ({
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index, records }) => {
          const batch = Buffer.from(records!)
          arrived.push({
            partition: index,
            producerId: producerId(batch, 0),
            baseSequence: baseSequence(batch, 0),
            values: [...allRecords(batch)].map(({ value }) => String(value))
          })
          return { index, ...answer(index, batch) }
        })
      }))
    })
  )
  client = await Client.connect({ bootstrapServers: broker.address, retryBackoffMs: 5 })
})

afterEach(async () => {
  client.close()
  await broker.stop()
})

function append(partition: number, batch: Buffer): PartitionAnswer {
  const baseOffset = nextOffsets.get(partition) ?? 0
  nextOffsets.set(partition, baseOffset + recordCount(batch, 0))
  return { baseOffset }
}

const create = (options: ProducerOptions = {}) => Producer.create(client, { lingerMs: 1, ...options })
const record = (value: string, partition = 0) => ({ topic: 't', partition, value: Buffer.from(value) })

describe('Producer', () => {
  it('gathers records into a batch per partition and tells each its offset', async () => {
    const producer = await create()
    const sent = ['a', 'b', 'c', 'd'].map((value, index) => producer.send(record(value, index % 2)))
    await producer.close()
    expect(await Promise.all(sent)).toMatchObject([
      { partition: 0, offset: 0 },
      { partition: 1, offset: 0 },
      { partition: 0, offset: 1 },
      { partition: 1, offset: 1 }
    ])
    expect(arrived.map(({ values }) => values)).toEqual([
      ['a', 'c'],
      ['b', 'd']
    ])
  })

  it('closes a batch that is full, and numbers what follows', async () => {
    const producer = await create({ batchBytes: 100 })
    for (let index = 0; index < 10; index++) void producer.send(record(`value ${index}`))
    await producer.flush()
    expect(arrived.flatMap(({ values }) => values)).toEqual(Array.from({ length: 10 }, (_, index) => `value ${index}`))
    expect(arrived.length).toBeGreaterThan(2)
    let next = 0
    for (const batch of arrived) {
      expect(batch).toMatchObject({ producerId: 100, baseSequence: next })
      next += batch.values.length
    }
  })

  it('sends a batch again as it was, ahead of what came later', async () => {
    let failures = 2
    answer = (partition, batch) => (failures-- > 0 ? { errorCode: 6 } : append(partition, batch))
    const producer = await create({ batchBytes: 60 })
    const sent = ['first ..........', 'second .........', 'third ..........'].map((value) =>
      producer.send(record(value))
    )
    await producer.close()
    expect((await Promise.all(sent)).map(({ offset }) => offset)).toEqual([0, 1, 2])
    expect(arrived.map((batch) => [batch.baseSequence, batch.values[0][0]])).toEqual([
      [0, 'f'],
      [0, 'f'],
      [0, 'f'],
      [1, 's'],
      [2, 't']
    ])
  })

  it('takes a duplicate as sent', async () => {
    answer = () => ({ errorCode: 46 })
    const producer = await create()
    const delivery = producer.send(record('a'))
    await producer.close()
    expect(await delivery).toMatchObject({ partition: 0, offset: -1 })
  })

  it('fails the records of a refused batch, and goes on as another producer', async () => {
    answer = (partition, batch) => (arrived.length === 1 ? { errorCode: 10 } : append(partition, batch))
    const producer = await create()
    const refused = producer.send(record('too large'))
    await expect(refused).rejects.toMatchObject({ errorName: 'MESSAGE_TOO_LARGE' })
    const next = producer.send(record('small'))
    await producer.close()
    expect(await next).toMatchObject({ offset: 0 })
    expect(arrived.map((batch) => [batch.producerId, batch.baseSequence])).toEqual([
      [100, 0],
      [101, 0]
    ])
  })

  it('fails a record that is not acknowledged in time', async () => {
    answer = () => ({ errorCode: 6 })
    const producer = await create({ deliveryTimeoutMs: 150 })
    const sent = producer.send(record('a'))
    await expect(sent).rejects.toMatchObject({ errorName: 'NOT_LEADER_OR_FOLLOWER' })
    await producer.close()
  })

  it('waits for no answer with acks 0, and asks for no producer id', async () => {
    const producer = await create({ acks: 0 })
    const sent = producer.send(record('a'))
    await producer.close()
    expect(await sent).toMatchObject({ offset: -1 })
    expect(broker.requests).not.toContain('InitProducerId')
  })

  it('refuses a partition that is not there', async () => {
    const producer = await create()
    await expect(producer.send(record('a', 2))).rejects.toThrow("topic 't' has no partition 2, only 0 to 1")
  })

  it('puts a key where Java puts it', async () => {
    const producer = await create()
    // murmur2('key') is -1079937367, which is 1067546281 without its sign bit: odd.
    const sent = producer.send({ topic: 't', key: Buffer.from('key'), value: null })
    await producer.close()
    expect(await sent).toMatchObject({ partition: 1 })
  })
})
