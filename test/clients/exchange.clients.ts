// Every record that one client writes, in every codec, is read unchanged by every other client.
import { describe, expect, inject, it } from 'vitest'
import { canRead, clientNames, codecs, consume, produce, supportsCodec } from './driver.ts'
import { byPartition, sampleRecords } from './records.ts'
import { createTopic } from './topics.ts'

const bootstrap = inject('bootstrapServers')

describe.each(clientNames)('records written by %s', (producer) => {
  it.each(codecs.filter((codec) => supportsCodec(producer, codec)))(
    'with codec %s are read by every client',
    async (codec) => {
      const topic = `exchange-${producer}-${codec}`
      await createTopic(bootstrap, topic, 3)
      const records = sampleRecords(producer, codec)
      await produce(producer, bootstrap, { topic, records, codec, idempotent: codec === 'none' })
      const readers = clientNames.filter((consumer) => canRead(consumer, producer, codec))
      for (const consumer of readers) {
        const read = await consume(consumer, bootstrap, topic, records.length)
        expect(byPartition(read), `read by ${consumer}`).toEqual(byPartition(records))
      }
      expect(readers.length).toBeGreaterThanOrEqual(clientNames.length - 1)
    }
  )
})
