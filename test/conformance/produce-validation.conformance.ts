// What a broker checks in a record batch before it keeps it, and what it says when something is wrong.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { batchField, batchOf, changed, legacyMessage, readRecords, valuesIn } from './batches.ts'
import { fetchFrom } from './fetch-requests.ts'
import { normalisedText } from './normalise.ts'
import { type ProduceOutcome, produceTo } from './produce-requests.ts'
import { testEachVersion, versionsOf } from './served-versions.ts'
import { createTopic, type Topic, type TopicOptions } from './topics.ts'

const DAY_MS = 24 * 3600 * 1000

/** What the answer says, with the topic's name taken out. */
function verdict(topic: Topic, outcome: ProduceOutcome) {
  return {
    error: errorName(outcome.errorCode),
    message: normalisedText(outcome.errorMessage, topic.name),
    records: outcome.recordErrors.map(({ batchIndex, batchIndexErrorMessage }) => [
      batchIndex,
      normalisedText(batchIndexErrorMessage, topic.name)
    ])
  }
}

/** Sends records that must be refused, and looks that nothing was kept. */
async function refusal(records: Buffer | null, options: TopicOptions & { version?: number } = {}) {
  const topic = await createTopic(options)
  const outcome = await produceTo(topic, records, { version: options.version })
  expect(outcome.baseOffset).toBe(-1)
  expect((await fetchFrom(topic)).highWatermark).toBe(0)
  return verdict(topic, outcome)
}

const batch = () => batchOf(['a', 'b', 'c'])
const withByte = (position: number, value: number, options?: { keepCrc?: boolean }) =>
  changed(batch(), (copy) => copy.writeUInt8(value, position), options)
const withInt32 = (position: number, value: number) => changed(batch(), (copy) => copy.writeInt32BE(value, position))

describe('Produce refuses', () => {
  testEachVersion(produce, 'a batch whose CRC does not match', async (version) => {
    const broken = withByte(batchField.records + 8, 0x7f, { keepCrc: true })
    expect((await refusal(broken, { version })).error).toBe('CORRUPT_MESSAGE')
  })

  testEachVersion(produce, 'messages of the formats before record batches', async (version) => {
    for (const magic of [0, 1] as const) {
      expect((await refusal(legacyMessage(magic, 'old'), { version })).error).toBe('INVALID_RECORD')
    }
  })

  testEachVersion(produce, 'no records at all', async (version) => {
    // Apache Kafka does not answer at all when the records are null.
    expect((await refusal(Buffer.alloc(0), { version })).error).toBe('INVALID_RECORD')
  })

  testEachVersion(produce, 'more than one batch', async (version) => {
    expect((await refusal(Buffer.concat([batch(), batch()]), { version })).error).toBe('INVALID_RECORD')
  })

  test('zstd before version 7', async () => {
    const compressed = batchOf(['a'], { codec: 4 })
    for (const version of versionsOf(produce, 0, 6)) {
      expect((await refusal(compressed, { version })).error).toBe('UNSUPPORTED_COMPRESSION_TYPE')
    }
  })

  test('a magic of the future', async () => {
    expect(await refusal(withByte(batchField.magic, 3))).toMatchInlineSnapshot(`
      {
        "error": "CORRUPT_MESSAGE",
        "message": "Invalid magic found in record: 3",
        "records": [],
      }
    `)
  })
  test('a batch shorter than its header', async () => {
    expect(await refusal(withInt32(batchField.batchLength, 20))).toMatchInlineSnapshot(`
      {
        "error": "CORRUPT_MESSAGE",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a batch longer than the records sent', async () => {
    expect(await refusal(withInt32(batchField.batchLength, 5000))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a record count that is too high', async () => {
    expect(await refusal(withInt32(batchField.recordCount, 4))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a record count that is too low', async () => {
    expect(await refusal(withInt32(batchField.recordCount, 2))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a record count of 0', async () => {
    expect(await refusal(withInt32(batchField.recordCount, 0))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a negative record count', async () => {
    expect(await refusal(withInt32(batchField.recordCount, -1))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a last offset delta that contradicts the count', async () => {
    expect(await refusal(withInt32(batchField.lastOffsetDelta, 7))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a record that claims to be longer than the batch', async () => {
    expect(await refusal(withByte(batchField.records, 0x7e))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a record of negative length', async () => {
    expect(await refusal(withByte(batchField.records, 0x01))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('offset deltas with a gap', async () => {
    const records = [0, 1].map((index) => ({ value: Buffer.from(`${index}`), offsetDelta: index * 2 }))
    const { buildBatch } = await import('../../src/records/build-batch.ts')
    expect(await refusal(buildBatch({ records, timestampMs: Date.now() }))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a base offset other than 0', async () => {
    expect(await refusal(batchOf(['a'], { baseOffset: 77 }))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a compression that does not exist', async () => {
    const unknown = changed(batch(), (copy) => copy.writeInt16BE(5, batchField.attributes))
    expect(await refusal(unknown)).toMatchInlineSnapshot(`
      {
        "error": "UNKNOWN_SERVER_ERROR",
        "message": null,
        "records": [],
      }
    `)
  })
  test.each([1, 2, 3, 4])('compressed bytes that are none, codec %i', async (codec) => {
    const mislabelled = changed(batch(), (copy) => copy.writeInt16BE(codec, batchField.attributes))
    // Apache Kafka has no name for it: the decompressor's own exception goes through.
    expect(['UNKNOWN_SERVER_ERROR', 'CORRUPT_MESSAGE']).toContain((await refusal(mislabelled)).error)
  })
  test('a control batch', async () => {
    const control = changed(batch(), (copy) => copy.writeInt16BE(0x20, batchField.attributes))
    expect(await refusal(control)).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a transactional batch outside of a transaction', async () => {
    const transactional = batchOf(['a'], {
      producerId: 1_000_000,
      producerEpoch: 0,
      baseSequence: 0,
      transactional: true
    })
    expect(await refusal(transactional)).toMatchInlineSnapshot(`
      {
        "error": "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a transactional batch without a producer id', async () => {
    const transactional = changed(batch(), (copy) => copy.writeInt16BE(0x10, batchField.attributes))
    expect(await refusal(transactional)).toMatchInlineSnapshot(`
      {
        "error": "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a producer id without a sequence', async () => {
    expect(
      await refusal(batchOf(['a'], { producerId: 1_000_000, producerEpoch: 0, baseSequence: -1 }))
    ).toMatchInlineSnapshot(`
      {
        "error": "INVALID_RECORD",
        "message": null,
        "records": [],
      }
    `)
  })

  test('a batch larger than max.message.bytes', async () => {
    const configs = { 'max.message.bytes': '1000' }
    expect(await refusal(batchOf(['x'.repeat(2000)]), { configs })).toMatchInlineSnapshot(`
      {
        "error": "MESSAGE_TOO_LARGE",
        "message": null,
        "records": [],
      }
    `)
  })
  test('a batch larger than max.message.bytes before it looks inside', async () => {
    const configs = { 'max.message.bytes': '1000', 'cleanup.policy': 'compact' }
    expect((await refusal(batchOf(['x'.repeat(2000)]), { configs })).error).toBe('MESSAGE_TOO_LARGE')
  })
  test('a batch larger than the default limit', async () => {
    expect(await refusal(batchOf(['x'.repeat(1_048_588)]))).toMatchInlineSnapshot(`
      {
        "error": "MESSAGE_TOO_LARGE",
        "message": null,
        "records": [],
      }
    `)
  })

  test('a timestamp too far ahead', async () => {
    expect(await refusal(batchOf(['a'], { timestampMs: Date.now() + 2 * DAY_MS }))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_TIMESTAMP",
        "message": "One or more records have been rejected due to invalid timestamp",
        "records": [
          [
            0,
            "Timestamp TIME of message with offset 0 is out of range. The timestamp should be within [TIME, TIME]",
          ],
        ],
      }
    `)
  })
  test('each record too far ahead, by its place', async () => {
    const timestampMs = Date.now()
    const records = [
      { value: 'now', timestampMs },
      { value: 'then', timestampMs: timestampMs + 2 * DAY_MS }
    ]
    expect(await refusal(batchOf(records, { timestampMs }))).toMatchInlineSnapshot(`
      {
        "error": "INVALID_TIMESTAMP",
        "message": "One or more records have been rejected due to invalid timestamp",
        "records": [
          [
            1,
            "Timestamp TIME of message with offset 1 is out of range. The timestamp should be within [TIME, TIME]",
          ],
        ],
      }
    `)
  })
  test('a timestamp too old for the topic', async () => {
    const configs = { 'message.timestamp.before.max.ms': '1000' }
    expect(await refusal(batchOf(['a'], { timestampMs: Date.now() - DAY_MS }), { configs })).toMatchInlineSnapshot(`
      {
        "error": "INVALID_TIMESTAMP",
        "message": "One or more records have been rejected due to invalid timestamp",
        "records": [
          [
            0,
            "Timestamp TIME of message with offset 0 is out of range. The timestamp should be within [TIME, TIME]",
          ],
        ],
      }
    `)
  })
})

describe('Produce accepts', () => {
  test('a batch of exactly max.message.bytes', async () => {
    const records = batchOf(['x'.repeat(2000)])
    const topic = await createTopic({ configs: { 'max.message.bytes': String(records.length) } })
    expect((await produceTo(topic, records)).errorCode).toBe(0)
    const smaller = await createTopic({ configs: { 'max.message.bytes': String(records.length - 1) } })
    expect(errorName((await produceTo(smaller, records)).errorCode)).toBe('MESSAGE_TOO_LARGE')
  })

  test('an old timestamp', async () => {
    const topic = await createTopic()
    const records = batchOf(['a'], { timestampMs: 1000 })
    expect(await produceTo(topic, records)).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(readRecords((await fetchFrom(topic)).records)).toEqual([{ offset: 0, key: null, value: 'a' }])
  })

  test('a batch with something behind it that is none, which it drops', async () => {
    const topic = await createTopic()
    const records = batch()
    const outcome = await produceTo(topic, Buffer.concat([records, Buffer.from('tail')]))
    expect(outcome).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect((await fetchFrom(topic)).records?.length).toBe(records.length)
    expect(await produceTo(topic, batch())).toMatchObject({ errorCode: 0, baseOffset: 3 })
  })

  test('a log append time set by the client, where the topic has the time of the client', async () => {
    const topic = await createTopic()
    const stamped = changed(batch(), (copy) => copy.writeInt16BE(0x08, batchField.attributes))
    expect((await produceTo(topic, stamped)).errorCode).toBe(0)
    expect((await fetchFrom(topic)).records?.readInt16BE(batchField.attributes)).toMatchInlineSnapshot(`0`)
  })

  test('any leader epoch, and writes its own', async () => {
    const topic = await createTopic()
    const records = changed(batch(), (copy) => copy.writeInt32BE(99, batchField.leaderEpoch))
    expect((await produceTo(topic, records)).errorCode).toBe(0)
    expect((await fetchFrom(topic)).records?.readInt32BE(batchField.leaderEpoch)).toBe(0)
  })

  test('a timestamp far ahead when the topic allows it', async () => {
    const topic = await createTopic({ configs: { 'message.timestamp.after.max.ms': String(10 * DAY_MS) } })
    expect((await produceTo(topic, batchOf(['a'], { timestampMs: Date.now() + 2 * DAY_MS }))).errorCode).toBe(0)
  })

  test('the batch as it is: bytes are kept but for offset and leader epoch', async () => {
    const topic = await createTopic()
    const records = batchOf(['a', 'b'], { codec: 1 })
    await produceTo(topic, records)
    const kept = (await fetchFrom(topic)).records ?? Buffer.alloc(0)
    expect(kept.subarray(batchField.magic)).toEqual(records.subarray(batchField.magic))
    expect(valuesIn(kept)).toEqual(['a', 'b'])
  })
})
