import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import { Client } from './client.ts'
import { commitOffsets, committedOffsets } from './group-offsets.ts'
import { offsetsFor } from './list-offsets.ts'
import { FakeBroker } from './testing/fake-broker.ts'

let broker: FakeBroker
let client: Client

beforeEach(async () => {
  broker = await FakeBroker.start()
  broker.topics = [{ name: 't', partitions: 2 }]
  client = await Client.connect({ bootstrapServers: broker.address, retryTimeoutMs: 1_000, retryBackoffMs: 5 })
})

afterEach(async () => {
  client.close()
  await broker.stop()
})

const queries = [0, 1].map((partition) => ({ topic: 't', partition, timestampMs: -1 }))

describe('asking leaders', () => {
  it('asks again only for what failed with a retriable error', async () => {
    const asked: number[][] = []
    broker.on(listOffsets, ({ topics: [{ name, partitions }] }) => {
      asked.push(partitions.map(({ partitionIndex }) => partitionIndex))
      const isFirst = asked.length === 1
      const answers = partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: isFirst && partitionIndex === 1 ? 6 : 0,
        offset: 40 + partitionIndex
      }))
      return { topics: [{ name, partitions: answers }] }
    })
    await reconnect()
    const outcomes = await offsetsFor(client, queries)
    expect(outcomes.map(({ result }) => result?.offset)).toEqual([40, 41])
    expect(asked).toEqual([[0, 1], [1]])
  })

  it('reports an error that stays, beside the results of the others', async () => {
    broker.on(listOffsets, ({ topics: [{ name, partitions }] }) => ({
      topics: [
        {
          name,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: partitionIndex === 1 ? 29 : 0
          }))
        }
      ]
    }))
    await reconnect()
    const [first, second] = await offsetsFor(client, queries)
    expect(first.error).toBeUndefined()
    expect(second.error).toMatchObject({ errorName: 'TOPIC_AUTHORIZATION_FAILED' })
  })

  it('gives up a retriable error at the deadline', async () => {
    const outcomes = await offsetsFor(client, [{ topic: 'gone', partition: 0, timestampMs: -1 }])
    expect(outcomes[0].error).toMatchObject({
      errorName: 'UNKNOWN_TOPIC_OR_PARTITION',
      message: "there is no topic 'gone'"
    })
  })

  it('goes on after the connection broke', async () => {
    let count = 0
    broker.on(listOffsets, ({ topics: [{ name, partitions }] }) => {
      if (count++ === 0) return 'close'
      return { topics: [{ name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, offset: 9 })) }] }
    })
    await reconnect()
    const outcomes = await offsetsFor(client, queries)
    expect(outcomes.map(({ result }) => result?.offset)).toEqual([9, 9])
  })
})

// The client learned at its first connection which APIs there are; handlers added since need a new one.
async function reconnect(): Promise<void> {
  client.close()
  client = await Client.connect({ bootstrapServers: broker.address, retryTimeoutMs: 1_000, retryBackoffMs: 5 })
}

describe('groups', () => {
  const coordinator = { key: 'g', nodeId: 1, host: '127.0.0.1' }

  it('looks for the coordinator again when it moved', async () => {
    let lookups = 0
    broker.on(findCoordinator, () => {
      lookups++
      return { coordinators: [{ ...coordinator, port: broker.port }] }
    })
    broker.on(offsetCommit, ({ topics }) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: lookups === 1 ? 16 : 0 }))
      }))
    }))
    await reconnect()
    await commitOffsets(client, 'g', [{ topic: 't', partition: 0, offset: 5 }])
    expect(lookups).toBe(2)
  })

  it.each([9, 7, 1])('reads committed offsets by OffsetFetch version %i', async (versionMax) => {
    const partition = { partitionIndex: 0, committedOffset: 5, metadata: 'm' }
    const missing = { partitionIndex: 1, committedOffset: -1, metadata: '' }
    const topics = [{ name: 't', partitions: [partition, missing] }]
    broker.on(findCoordinator, () => ({ coordinators: [{ ...coordinator, port: broker.port }] }))
    broker.on(
      offsetFetch,
      (_, version) => (version < 8 ? { topics } : { groups: [{ groupId: 'g', topics }] }),
      versionMax
    )
    await reconnect()
    const offsets = await committedOffsets(client, 'g', queries)
    expect(offsets).toEqual([{ topic: 't', partition: 0, offset: 5, leaderEpoch: -1, metadata: 'm' }])
  })
})

it('says which bootstrap servers cannot be reached', async () => {
  const { address } = broker
  await broker.stop()
  await expect(Client.connect({ bootstrapServers: [address, '127.0.0.1:1'] })).rejects.toThrow(
    `connection refused to ${address}; connection refused to 127.0.0.1:1`
  )
  broker = await FakeBroker.start()
})
