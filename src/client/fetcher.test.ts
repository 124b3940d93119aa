import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetch } from '../protocol/messages/fetch.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import type { ResponseInitOf } from '../protocol/schema.ts'
import { buildBatch } from '../records/build-batch.ts'
import { Client } from './client.ts'
import { Fetcher, type FetcherOptions } from './fetcher.ts'
import { FakeBroker } from './testing/fake-broker.ts'

let broker: FakeBroker
let client: Client
/** What each fetch of a partition gets, by the offset it asks for. */
let answers: Map<number, { errorCode?: number; records?: Buffer }>
let asked: number[]

beforeEach(async () => {
  broker = await FakeBroker.start()
  broker.topics = [{ name: 't', partitions: 1 }]
  answers = new Map()
  asked = []
  broker.on(fetch, async ({ topics, maxWaitMs }): Promise<ResponseInitOf<typeof fetch>> => {
    const [{ topic, topicId, partitions }] = topics
    const [{ partition, fetchOffset }] = partitions
    asked.push(fetchOffset)
    const answer = answers.get(fetchOffset)
    if (answer === undefined) await new Promise((resolve) => setTimeout(resolve, maxWaitMs))
    return { responses: [{ topic, topicId, partitions: [{ partitionIndex: partition, records: null, ...answer }] }] }
  })
  client = await Client.connect({ bootstrapServers: broker.address, retryBackoffMs: 5 })
})

afterEach(async () => {
  client.close()
  await broker.stop()
})

const batch = (baseOffset: number, ...values: string[]) =>
  buildBatch({ baseOffset, records: values.map((value) => ({ value: Buffer.from(value) })) })

function fetcherAt(offset: number, options: FetcherOptions = {}): Fetcher {
  const fetcher = new Fetcher(client, { maxWaitMs: 20, ...options })
  fetcher.assign([{ topic: 't', partition: 0, offset }])
  return fetcher
}

async function untilRecords(fetcher: Fetcher): Promise<string[]> {
  for (;;) {
    const values = (await fetcher.poll()).flatMap(({ records }) => records.map(({ value }) => String(value)))
    if (values.length > 0) return values
  }
}

describe('Fetcher', () => {
  it('goes on where the last batch ended', async () => {
    answers.set(5, { records: batch(4, 'a', 'b', 'c') }).set(7, { records: batch(7, 'd') })
    const fetcher = fetcherAt(5)
    expect(await untilRecords(fetcher)).toEqual(['b', 'c'])
    expect(await untilRecords(fetcher)).toEqual(['d'])
    expect(fetcher.positions).toEqual([{ topic: 't', partition: 0, offset: 8 }])
  })

  it('asks again after a retriable error', async () => {
    answers.set(0, { errorCode: 6 })
    const fetcher = fetcherAt(0)
    expect(await fetcher.poll()).toEqual([])
    answers.set(0, { records: batch(0, 'a') })
    expect(await untilRecords(fetcher)).toEqual(['a'])
  })

  it('gives up when nothing but errors came until the retry timeout', async () => {
    client.close()
    client = await Client.connect({ bootstrapServers: broker.address, retryTimeoutMs: 150 })
    const fetcher = fetcherAt(0)
    await broker.stop()
    const polls = async () => {
      for (;;) await fetcher.poll()
    }
    await expect(polls()).rejects.toMatchObject({ reason: 'ECONNREFUSED' })
    broker = await FakeBroker.start()
  })

  it('says where the log begins when the offset is gone, or goes to its start when told so', async () => {
    answers.set(3, { errorCode: 1 }).set(10, { records: batch(10, 'k') })
    broker.on(listOffsets, () => ({ topics: [{ name: 't', partitions: [{ partitionIndex: 0, offset: 10 }] }] }))
    client.close()
    client = await Client.connect({ bootstrapServers: broker.address })
    const strict = fetcherAt(3)
    await expect(strict.poll()).rejects.toMatchObject({ errorName: 'OFFSET_OUT_OF_RANGE' })
    expect(await untilRecords(fetcherAt(3, { onOutOfRange: 'earliest' }))).toEqual(['k'])
  })

  it('drops what it fetched before it was told to read elsewhere', async () => {
    answers.set(0, { records: batch(0, 'old') }).set(50, { records: batch(50, 'new') })
    const fetcher = fetcherAt(0)
    expect(await untilRecords(fetcher)).toEqual(['old'])
    // A fetch at offset 1 is on its way by now.
    fetcher.assign([{ topic: 't', partition: 0, offset: 50 }])
    expect(await untilRecords(fetcher)).toEqual(['new'])
    expect(asked.slice(0, 3)).toEqual([0, 1, 50])
  })

  it('waits without partitions until it gets some, and stops waiting when it is closed', async () => {
    answers.set(0, { records: batch(0, 'a') })
    const fetcher = new Fetcher(client, { maxWaitMs: 20 })
    const waiting = fetcher.poll()
    fetcher.assign([{ topic: 't', partition: 0, offset: 0 }])
    expect(await waiting).toEqual([])
    expect(await untilRecords(fetcher)).toEqual(['a'])
    const last = fetcher.poll()
    fetcher.close()
    expect(await last).toEqual([])
    expect(await fetcher.poll()).toEqual([])
  })
})
