import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedError, Reader } from './reader.ts'
import { Writer } from './writer.ts'

const seed = Number(process.env.FUZZ_SEED ?? Date.now())

function written(write: (writer: Writer) => void): Reader {
  const writer = new Writer(1)
  write(writer)
  return new Reader(writer.toBuffer())
}

const reader = (...bytes: number[]) => new Reader(Buffer.from(bytes))

describe('what is written is read', () => {
  const check = <T>(values: fc.Arbitrary<T>, write: (w: Writer, value: T) => void, read: (r: Reader) => T) =>
    fc.assert(
      fc.property(values, (value) => {
        const input = written((writer) => write(writer, value))
        expect(read(input)).toEqual(value)
        expect(input.remaining).toBe(0)
      }),
      { seed }
    )
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  const int64 = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER))

  test('int8', () =>
    check(
      fc.integer({ min: -128, max: 127 }),
      (w, v) => w.int8(v),
      (r) => r.int8()
    ))
  test('int16', () =>
    check(
      fc.integer({ min: -32_768, max: 32_767 }),
      (w, v) => w.int16(v),
      (r) => r.int16()
    ))
  test('uint16', () =>
    check(
      fc.integer({ min: 0, max: 65_535 }),
      (w, v) => w.uint16(v),
      (r) => r.uint16()
    ))
  test('int32', () =>
    check(
      int32,
      (w, v) => w.int32(v),
      (r) => r.int32()
    ))
  test('uint32', () =>
    check(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (w, v) => w.uint32(v),
      (r) => r.uint32()
    ))
  test('int64', () =>
    check(
      int64,
      (w, v) => w.int64(v),
      (r) => r.int64()
    ))
  test('varint', () =>
    check(
      int32,
      (w, v) => w.varint(v),
      (r) => r.varint()
    ))
  test('varlong', () =>
    check(
      int64,
      (w, v) => w.varlong(v),
      (r) => r.varlong()
    ))
  test('unsigned varint', () =>
    check(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (w, v) => w.unsignedVarint(v),
      (r) => r.unsignedVarint()
    ))
  test('float64', () =>
    check(
      fc.double(),
      (w, v) => w.float64(v),
      (r) => r.float64()
    ))
  test('string', () =>
    check(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      (w, v) => w.string(v),
      (r) => r.string(r.int16())
    ))
  test('compact string', () =>
    check(
      fc.string({ unit: 'binary-ascii', maxLength: 200 }),
      (w, v) => w.compactString(v),
      (r) => r.string(r.compactLength())
    ))
  test('uuid', () => {
    const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => Buffer.from(b).toString('base64url'))
    check(
      uuid,
      (w, v) => w.uuid(v),
      (r) => r.uuid()
    )
  })
})

describe('what cannot be read is refused', () => {
  test('reading past the limit, even where the buffer goes on', () => {
    const input = new Reader(Buffer.alloc(16), 4, 7)
    expect(() => input.int32()).toThrow(MalformedError)
    expect(input.position).toBe(4)
    expect(input.int16()).toBe(0)
    expect(() => input.string(2)).toThrow(MalformedError)
    expect(() => input.bytes(-1)).toThrow('negative length')
  })

  test('an int64 that a number cannot hold, unless it may be clamped', () => {
    const max = [0x7f, 255, 255, 255, 255, 255, 255, 255]
    const min = [0x80, 0, 0, 0, 0, 0, 0, 0]
    const firstUnsafe = [0, 0x20, 0, 0, 0, 0, 0, 0]
    for (const bytes of [max, min, firstUnsafe]) expect(() => reader(...bytes).int64()).toThrow(MalformedError)
    expect(reader(...max).int64Clamped()).toBe(Number.MAX_SAFE_INTEGER)
    expect(reader(...min).int64Clamped()).toBe(Number.MIN_SAFE_INTEGER)
    expect(reader(...max).int64Bits()).toBe('7fffffffffffffff')
    expect(reader(0, 0x1f, 255, 255, 255, 255, 255, 255).int64()).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('varints that never end, or are cut off', () => {
    expect(() => reader(255, 255, 255, 255, 255, 1).unsignedVarint()).toThrow('longer than 5 bytes')
    expect(() => reader(255, 255).unsignedVarint()).toThrow(MalformedError)
    expect(() => reader(...new Array(11).fill(255)).varlong()).toThrow(MalformedError)
    expect(() => reader(255, 255, 255, 255, 255, 255, 255, 255, 255, 1).varlong()).toThrow(MalformedError)
  })

  test('a compact length is one less than what is written; 0 is null', () => {
    expect(reader(0).compactLength()).toBe(-1)
    expect(reader(1).compactLength()).toBe(0)
    expect(reader(255, 255, 255, 255, 15).compactLength()).toBe(-2)
  })
})

test('texts with the same hash slot do not answer for each other', () => {
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 5_000; index++) {
      const text = `name-${index}`
      const input = written((writer) => writer.string(text))
      expect(input.string(input.int16())).toBe(text)
      const uuid = Buffer.from(text.padEnd(16)).toString('base64url')
      expect(written((writer) => writer.uuid(uuid)).uuid()).toBe(uuid)
    }
  }
})

test('invalid UTF-8 becomes replacement characters, as in Java', () => {
  expect(reader(0xff, 0x41).string(2)).toBe('\ufffdA')
})
