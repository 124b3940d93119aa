// Keys, times and administration through every client.
import { describe, expect, inject, it } from 'vitest'
import { administer, clientNames, consume, offsetsSince, produce } from './driver.ts'
import { firstTimestamp, sampleRecords } from './records.ts'
import { createTopic } from './topics.ts'

const bootstrap = inject('bootstrapServers')

describe.each(clientNames)('%s', (client) => {
  it('keeps the records of one key in one partition, in order', async () => {
    const topic = `keys-${client}`
    await createTopic(bootstrap, topic, 4)
    const records = Array.from({ length: 200 }, (_, index) => ({
      key: Buffer.from(`key-${index % 20}`).toString('base64'),
      value: Buffer.from(String(index)).toString('base64'),
      headers: [],
      timestamp: firstTimestamp + index
    }))
    await produce(client, bootstrap, { topic, records })
    const read = await consume(client, bootstrap, topic, records.length)
    expect(read.length).toBe(records.length)
    const partitionsOf = new Map<string, Set<number>>()
    const lastOf = new Map<string, number>()
    for (const { key, value, partition } of read) {
      const seen = partitionsOf.get(key as string) ?? new Set()
      partitionsOf.set(key as string, seen.add(partition as number))
      const number = Number(Buffer.from(value as string, 'base64'))
      expect(number).toBeGreaterThan(lastOf.get(key as string) ?? -1)
      lastOf.set(key as string, number)
    }
    expect([...partitionsOf.values()].every((partitions) => partitions.size === 1)).toBe(true)
    expect(new Set(read.map(({ partition }) => partition)).size).toBeGreaterThan(1)
  })

  it('finds offsets by time', async () => {
    const topic = `since-${client}`
    await createTopic(bootstrap, topic, 3)
    await produce(client, bootstrap, { topic, records: sampleRecords(client, 'none') })
    // Record i is in partition i % 3 at offset floor(i / 3), one second apart: 12 seconds in is record 12.
    const found = await offsetsSince(client, bootstrap, topic, firstTimestamp + 11_500)
    expect([found.get(0), found.get(1), found.get(2)]).toEqual([4, 4, 4])
  })

  it('administers topics', async () => {
    const outcome = await administer(client, bootstrap, `admin-${client}`)
    expect(outcome).toEqual({ created: 3, added: 5, retentionMs: '7200000', listed: true, deleted: true })
  })
})
