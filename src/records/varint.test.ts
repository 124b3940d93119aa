import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cursor, readVarint, readVarlong, sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts'

test('a varint comes back as it was, with its size', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      const bytes = Buffer.alloc(16, 0xff)
      const end = writeVarint(bytes, 3, value)
      expect(end - 3).toBe(sizeOfVarint(value))
      expect(readVarint(bytes, 3, end)).toBe(value)
      expect(cursor.position).toBe(end)
    })
  )
})

test('a varlong comes back as it was, with its size', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const bytes = Buffer.alloc(16, 0xff)
      const end = writeVarlong(bytes, 2, value)
      expect(end - 2).toBe(sizeOfVarlong(value))
      expect(readVarlong(bytes, 2, end)).toBe(value)
      expect(cursor.position).toBe(end)
    })
  )
})

test('a value that ends outside the record is INVALID_RECORD', () => {
  const bytes = Buffer.from([0x80, 0x80, 0x01])
  expect(() => readVarint(bytes, 0, 2)).toThrow(expect.objectContaining({ errorName: 'INVALID_RECORD' }))
  expect(() => readVarlong(bytes, 3, 3)).toThrow(expect.objectContaining({ errorName: 'INVALID_RECORD' }))
})

test('a value of too many bytes is refused', () => {
  expect(() => readVarint(Buffer.alloc(6, 0x80), 0, 6)).toThrow(/too long/)
  expect(() => readVarlong(Buffer.alloc(11, 0x80), 0, 11)).toThrow(/too long/)
})

test('the extremes of 64 bits are read as the nearest double', () => {
  const lowest = Buffer.from('ffffffffffffffffff01', 'hex')
  expect(readVarlong(lowest, 0, 10)).toBe(-(2 ** 63))
  expect(readVarlong(Buffer.from('feffffffffffffffff01', 'hex'), 0, 10)).toBe(2 ** 63)
})
