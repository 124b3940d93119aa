import fc from 'fast-check'
import { expect, it } from 'vitest'
import { recordFromJson, recordToJson } from './record-json.ts'

const bytes = fc.option(
  fc.oneof(
    fc.uint8Array(),
    fc.string().map((text) => Buffer.from(text))
  ),
  { nil: null }
)
const buffer = bytes.map((of) => (of === null ? null : Buffer.from(of)))
const headers = fc.array(fc.record({ key: fc.string(), value: buffer }))

it('reads back what it wrote, whatever the bytes are', () => {
  fc.assert(
    fc.property(buffer, buffer, headers, fc.nat(), (key, value, of, timestampMs) => {
      const text = JSON.stringify(recordToJson('t', 3, { offset: 7, timestampMs, key, value, headers: of }))
      expect(recordFromJson(text)).toEqual({ key, value, headers: of, partition: 3, timestampMs })
    })
  )
})
