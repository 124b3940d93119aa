// Batches that the broker changes before it keeps them: log append time and the topic's own compression.
import { describe, expect, test } from 'vitest'
import { batchField, batchOf, codecs, readRecords } from './batches.ts'
import { fetchFrom } from './fetch-requests.ts'
import { produceTo } from './produce-requests.ts'
import { createTopic } from './topics.ts'

const CODEC_MASK = 0x07
const LOG_APPEND_TIME = 0x08
const names = Object.entries(codecs)

async function keptBatch(topic: Awaited<ReturnType<typeof createTopic>>): Promise<Buffer> {
  const { records } = await fetchFrom(topic)
  if (records === null) throw new Error('nothing kept')
  return records
}

describe('message.timestamp.type LogAppendTime', () => {
  const configs = { 'message.timestamp.type': 'LogAppendTime' }

  test.each(names)('stamps the batch with the time it arrived, %s', async (_, codec) => {
    const topic = await createTopic({ configs })
    const beforeMs = Date.now()
    const outcome = await produceTo(topic, batchOf(['a', 'b'], { codec, timestampMs: 1000 }))
    const afterMs = Date.now()
    expect(outcome.errorCode).toBe(0)
    expect(outcome.logAppendTimeMs).toBeGreaterThanOrEqual(beforeMs)
    expect(outcome.logAppendTimeMs).toBeLessThanOrEqual(afterMs)

    const kept = await keptBatch(topic)
    expect(kept.readInt16BE(batchField.attributes)).toBe(codec | LOG_APPEND_TIME)
    expect(Number(kept.readBigInt64BE(batchField.maxTimestamp))).toBe(outcome.logAppendTimeMs)
    expect(readRecords(kept).map(({ value }) => value)).toEqual(['a', 'b'])
  })

  test('takes any timestamp of a client', async () => {
    const topic = await createTopic({ configs })
    const outcome = await produceTo(topic, batchOf(['a'], { timestampMs: Date.now() + 1e10 }))
    expect(outcome.errorCode).toBe(0)
  })
})

describe('compression.type', () => {
  const pairs = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'].flatMap((configured) =>
    names.map(([sent, codec]) => [sent, codec, configured] as const)
  )

  test.each(pairs)('a batch in %s (%i) is kept as %s', async (_, codec, configured) => {
    const topic = await createTopic({ configs: { 'compression.type': configured } })
    const values = Array.from({ length: 20 }, (_, index) => `a value that compresses well ${index}`)
    const sentMs = Date.now() - 5000
    const outcome = await produceTo(topic, batchOf(values, { codec, timestampMs: sentMs }))
    expect(outcome).toMatchObject({ errorCode: 0, baseOffset: 0, logAppendTimeMs: -1 })

    const kept = await keptBatch(topic)
    const expected = configured === 'uncompressed' ? 0 : codecs[configured as keyof typeof codecs]
    expect(kept.readInt16BE(batchField.attributes) & CODEC_MASK).toBe(expected)
    expect(kept.readInt32BE(batchField.recordCount)).toBe(20)
    expect(kept.readInt32BE(batchField.lastOffsetDelta)).toBe(19)
    expect(Number(kept.readBigInt64BE(batchField.maxTimestamp))).toBe(sentMs)
    expect(readRecords(kept).map(({ value }) => value)).toEqual(values)
  })

  test.each(names)('producer keeps a batch in %s as it is', async (_, codec) => {
    const topic = await createTopic({ configs: { 'compression.type': 'producer' } })
    await produceTo(topic, batchOf(['a'], { codec }))
    expect((await keptBatch(topic)).readInt16BE(batchField.attributes)).toBe(codec)
  })

  test('keeps an idempotent producer’s id, epoch and sequence', async () => {
    const topic = await createTopic({ configs: { 'compression.type': 'gzip' } })
    await produceTo(topic, batchOf(['a', 'b'], { producerId: 987_654_321, producerEpoch: 3, baseSequence: 0 }))
    const kept = await keptBatch(topic)
    expect(Number(kept.readBigInt64BE(batchField.producerId))).toBe(987_654_321)
    expect(kept.readInt16BE(batchField.producerEpoch)).toBe(3)
    expect(kept.readInt32BE(batchField.baseSequence)).toBe(0)
  })

  test('log append time and compression at once', async () => {
    const topic = await createTopic({
      configs: { 'compression.type': 'zstd', 'message.timestamp.type': 'LogAppendTime' }
    })
    const outcome = await produceTo(topic, batchOf(['a'], { timestampMs: 1000 }))
    const kept = await keptBatch(topic)
    expect(kept.readInt16BE(batchField.attributes)).toBe(codecs.zstd | LOG_APPEND_TIME)
    expect(Number(kept.readBigInt64BE(batchField.maxTimestamp))).toBe(outcome.logAppendTimeMs)
  })
})
