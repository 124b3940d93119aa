import { expect, test } from 'vitest'
import { codec, maxTimestamp, setBaseOffset, timestampType, updateCrc } from './batch-header.ts'
import { buildBatch, type RecordInit } from './build-batch.ts'
import { buildEndTransactionMarker } from './control-record.ts'
import { checked } from './record-framing.ts'
import { type AppendRules, analyzeBatch, assignInPlace, RecordValidationError, validateBatch } from './validate.ts'

const rules: AppendRules = {
  keyRequired: false,
  isCreateTime: true,
  earliestMs: 1000,
  latestMs: 9000,
  maxMessageBytes: 1000,
  topicPartition: ' in topic partition t-0'
}
const good: RecordInit = { key: Buffer.from('k'), value: Buffer.from('v'), timestampMs: 5000 }

function validate(batch: Buffer, changes: Partial<AppendRules> = {}): void {
  const used = { ...rules, ...changes }
  validateBatch(batch, analyzeBatch(batch, 'client', used), 'client', used, false)
}

function refusal(action: () => void): { errorName: string; indexes: number[] | undefined } {
  try {
    action()
  } catch (error) {
    const indexes = error instanceof RecordValidationError ? error.recordErrors.map(({ index }) => index) : undefined
    return { errorName: (error as { errorName: string }).errorName, indexes }
  }
  throw new Error('was accepted')
}

/** With another byte at a place, and a checksum that fits. */
function changed(batch: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(batch)
  copy[at] = value
  updateCrc(copy, 0)
  return copy
}

test.each([0, 1, 2, 3, 4])('a good batch in codec %i passes', (codecId) => {
  const batch = buildBatch({ records: [good, { ...good, timestampMs: 6000 }], codec: codecId })
  validate(batch)
  expect(checked.maxTimestampMs).toBe(6000)
  expect(checked.isSequential).toBe(true)
})

test.each<[string, string, Buffer, Partial<AppendRules>]>([
  ['larger than max.message.bytes', 'MESSAGE_TOO_LARGE', buildBatch({ records: [good] }), { maxMessageBytes: 60 }],
  [
    'larger, before its checksum is looked at',
    'MESSAGE_TOO_LARGE',
    Buffer.from(buildBatch({ records: [good] })).fill(9, 30),
    { maxMessageBytes: 60 }
  ],
  ['with a wrong checksum', 'CORRUPT_MESSAGE', Buffer.from(buildBatch({ records: [good] })).fill(9, 65), {}],
  [
    'with more records than it says',
    'INVALID_RECORD',
    changed(changed(buildBatch({ records: [good, good] }), 60, 1), 26, 0),
    {}
  ],
  [
    'with fewer records than it says',
    'INVALID_RECORD',
    changed(changed(buildBatch({ records: [good, good] }), 60, 3), 26, 2),
    {}
  ],
  ['whose count is not its offsets', 'INVALID_RECORD', changed(buildBatch({ records: [good] }), 60, 2), {}],
  ['without records', 'INVALID_RECORD', buildBatch({ records: [] }), {}],
  ['that is a control batch', 'INVALID_RECORD', buildBatch({ records: [good], control: true }), {}],
  [
    'with a producer but no sequence',
    'INVALID_RECORD',
    buildBatch({ records: [good], producerId: 1, producerEpoch: 0 }),
    {}
  ],
  ['in an unknown codec', 'UNKNOWN_SERVER_ERROR', changed(buildBatch({ records: [good] }), 22, 5), {}],
  ['that does not decompress', 'UNKNOWN_SERVER_ERROR', changed(buildBatch({ records: [good] }), 22, 1), {}]
])('a batch %s is %s', (_, errorName, batch, changes) => {
  expect(refusal(() => validate(batch, changes)).errorName).toBe(errorName)
})

test('a base offset other than 0 is INVALID_RECORD', () => {
  const batch = buildBatch({ records: [good] })
  setBaseOffset(batch, 0, 1)
  expect(refusal(() => validate(batch)).errorName).toBe('INVALID_RECORD')
})

test('two batches at once are INVALID_RECORD, junk behind one is cut', () => {
  const batch = buildBatch({ records: [good] })
  expect(refusal(() => validate(Buffer.concat([batch, batch]))).errorName).toBe('INVALID_RECORD')
  expect(analyzeBatch(Buffer.concat([batch, Buffer.alloc(5)]), 'client', rules)).toBe(batch.length)
})

test('a compacted topic names the records without a key', () => {
  const batch = buildBatch({ records: [good, { ...good, key: null }, good, { ...good, key: null }] })
  expect(refusal(() => validate(batch, { keyRequired: true }))).toEqual({
    errorName: 'INVALID_RECORD',
    indexes: [1, 3]
  })
})

test('timestamps outside the bounds are named, none at all is fine', () => {
  const timestamps = [999, 1000, 9000, 9001, -1]
  const batch = buildBatch({ records: timestamps.map((timestampMs) => ({ ...good, timestampMs })) })
  expect(refusal(() => validate(batch))).toEqual({ errorName: 'INVALID_TIMESTAMP', indexes: [0, 3] })
})

test('a producer may not claim LogAppendTime on a topic that has it', () => {
  const batch = buildBatch({ records: [good, good], timestampType: 'LogAppendTime' })
  const answer = refusal(() => validate(batch, { isCreateTime: false }))
  expect(answer).toEqual({ errorName: 'INVALID_TIMESTAMP', indexes: [0, 1] })
})

test('broken framing wins over errors of records before it', () => {
  const batch = buildBatch({ records: [{ ...good, timestampMs: 1 }, good] })
  expect(refusal(() => validate(changed(batch, batch.length - 1, 9))).indexes).toBeUndefined()
})

test('no byte of a record can hurt', () => {
  const batch = buildBatch({ records: [{ ...good, headers: [{ key: 'h', value: Buffer.from('x') }] }, good] })
  for (let at = 61; at < batch.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      try {
        validate(changed(batch, at, value))
      } catch (error) {
        expect(error).toHaveProperty('errorName')
      }
    }
  }
})

test('the broker may write control batches', () => {
  const marker = { type: 'COMMIT', producerId: 5, producerEpoch: 0, coordinatorEpoch: 1, timestampMs: 5000 } as const
  const batch = buildEndTransactionMarker(marker)
  validateBatch(batch, analyzeBatch(batch, 'coordinator', rules), 'coordinator', rules, false)
})

test('the timestamp type of the topic is stamped', () => {
  const batch = buildBatch({ records: [good], codec: 3 })
  assignInPlace(batch, 77, 4, true, 8000)
  expect([timestampType(batch, 0), maxTimestamp(batch, 0), codec(batch, 0)]).toEqual(['LogAppendTime', 8000, 3])
  expect(analyzeBatch(batch, 'coordinator', rules)).toBe(batch.length)
})
