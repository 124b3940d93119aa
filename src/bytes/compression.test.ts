import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lz4Codec } from './compression/lz4.ts'
import { encodeFrame } from './compression/lz4-frame.ts'
import { inJavaScript, snappyCodec } from './compression/snappy.ts'
import { xxhash32 } from './compression/xxhash32.ts'
import { COMPRESSION_NAMES, compress, compressAsync, decompress, decompressAsync } from './compression.ts'
import { MalformedError } from './reader.ts'

const GZIP = 1
const SNAPPY = 2
const LZ4 = 3
const ZSTD = 4
const codecs = [GZIP, SNAPPY, LZ4, ZSTD].map((codec) => ({ codec, name: COMPRESSION_NAMES[codec] }))

/** From nothing to several blocks, from one repeated byte to noise. */
const payload = fc
  .record({ size: fc.integer({ min: 0, max: 200_000 }), symbols: fc.integer({ min: 1, max: 256 }), seed: fc.nat() })
  .map(({ size, symbols, seed }) => noise(size, symbols, seed))

function noise(size: number, symbols: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size)
  let state = seed | 1
  for (let index = 0; index < size; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[index] = (state >>> 8) % symbols
  }
  return bytes
}

const seed = Number(process.env.FUZZ_SEED ?? Date.now())
const runs = { seed, numRuns: 60 }

describe.each(codecs)('$name', ({ codec }) => {
  test('what is compressed comes back', async () => {
    await fc.assert(
      fc.asyncProperty(payload, async (data) => {
        expect(decompress(codec, compress(codec, data)).equals(data)).toBe(true)
        expect((await decompressAsync(codec, await compressAsync(codec, data))).equals(data)).toBe(true)
      }),
      runs
    )
  })

  test('growth is bounded', async () => {
    const bomb = compress(codec, Buffer.alloc(1_000_000))
    expect(decompress(codec, bomb, 1_000_000).length).toBe(1_000_000)
    expect(() => decompress(codec, bomb, 999_999)).toThrow(MalformedError)
    await expect(decompressAsync(codec, bomb, 999_999)).rejects.toThrow(MalformedError)
  })

  test('damage is refused or harmless, never anything but MalformedError', () => {
    const valid = compress(codec, noise(5_000, 20, 3))
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, byte, end) => {
        const damaged = Buffer.from(valid.subarray(0, end))
        if (at < end) damaged[at] = byte
        orMalformed(() => decompress(codec, damaged, 100_000))
      }),
      { seed, numRuns: 2_000 }
    )
  })

  test('noise is refused or harmless', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        orMalformed(() => decompress(codec, Buffer.from(bytes), 100_000))
      }),
      { seed, numRuns: 1_000 }
    )
  })
})

function orMalformed(run: () => Buffer): void {
  try {
    expect(run().length).toBeLessThanOrEqual(100_000)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
  }
}

test('an unknown codec', () => {
  expect(() => decompress(5, Buffer.alloc(3))).toThrow(MalformedError)
})

describe('snappy framing', () => {
  const raw = inJavaScript().compress(Buffer.from('raw as librdkafka sends it'))

  test('raw blocks are read', () => {
    expect(decompress(SNAPPY, raw).toString()).toBe('raw as librdkafka sends it')
  })

  test('what is written begins like a Java stream', () => {
    expect(compress(SNAPPY, Buffer.from('x')).subarray(0, 16).toString('hex')).toBe('82534e41505059000000000100000001')
  })

  test('streams behind each other are one', () => {
    const twice = Buffer.concat([compress(SNAPPY, Buffer.from('one ')), compress(SNAPPY, Buffer.from('two'))])
    expect(decompress(SNAPPY, twice).toString()).toBe('one two')
  })

  test('a block that claims gigabytes is not believed', () => {
    expect(() => decompress(SNAPPY, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2]))).toThrow(MalformedError)
    expect(() => decompress(SNAPPY, Buffer.from([0xff, 0xff, 0xff, 0x3f, 1, 2]))).toThrow(MalformedError)
  })

  test('with and without the native library', () => {
    const codec = snappyCodec(inJavaScript)
    const data = noise(100_000, 9, 1)
    expect(decompress(SNAPPY, codec.compress(data)).equals(data)).toBe(true)
    expect(codec.decompress(compress(SNAPPY, data), 200_000).equals(data)).toBe(true)
  })
})

describe('lz4 frames', () => {
  const inOwnCode = lz4Codec(() => null)
  const frame = encodeFrame(Buffer.from('some text, some text, some text, some text, some text'))

  test('xxhash32 of known inputs', () => {
    const hash = (text: string) => xxhash32(Buffer.from(text), 0, text.length)
    expect(hash('')).toBe(0x02cc5d05)
    expect(hash('abc')).toBe(0x32d153ff)
    expect(hash('Nobody inspects the spammish repetition')).toBe(0xe2293b2f)
  })

  test('with and without the native library', () => {
    fc.assert(
      fc.property(payload, (data) => {
        expect(decompress(LZ4, inOwnCode.compress(data)).equals(data)).toBe(true)
        expect(inOwnCode.decompress(compress(LZ4, data), 200_000).equals(data)).toBe(true)
        expect(inOwnCode.decompress(inOwnCode.compress(data), 200_000).equals(data)).toBe(true)
      }),
      runs
    )
  })

  test('frames behind each other are one; what is no frame is ignored', () => {
    const twice = Buffer.concat([
      encodeFrame(Buffer.from('one ')),
      encodeFrame(Buffer.from('two')),
      Buffer.from('junk')
    ])
    expect(decompress(LZ4, twice).toString()).toBe('one two')
  })

  test('a wrong header checksum is refused, but not in message format v0', () => {
    const wrong = Buffer.from(frame)
    wrong[6] ^= 1
    expect(() => decompress(LZ4, wrong)).toThrow('header checksum')
    expect(decompress(LZ4, wrong, 1_000, { ignoreHeaderChecksum: true }).toString()).toContain('some text')
  })

  test('dependent blocks are refused, as by Kafka', () => {
    const dependent = Buffer.from(frame)
    dependent[4] = 0x40
    dependent[6] = (xxhash32(dependent, 4, 6) >>> 8) & 0xff
    expect(() => decompress(LZ4, dependent)).toThrow('dependent blocks')
  })

  test('a wrong content checksum is not looked at, as by Kafka', () => {
    const checked = Buffer.concat([frame, Buffer.from([1, 2, 3, 4])])
    checked[4] |= 0x04
    checked[6] = (xxhash32(checked, 4, 6) >>> 8) & 0xff
    expect(decompress(LZ4, checked).toString()).toContain('some text')
  })
})

describe('zstd frames', () => {
  test('frames behind each other, and skippable ones between them', () => {
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7])
    const all = Buffer.concat([compress(ZSTD, Buffer.from('one ')), skippable, compress(ZSTD, Buffer.from('two'))])
    expect(decompress(ZSTD, all).toString()).toBe('one two')
  })

  test('a claimed content size that the blocks cannot hold is refused', () => {
    const frame = compress(ZSTD, Buffer.alloc(100_000))
    const claim = frame.indexOf(Buffer.from([0xa0, 0x86, 0x01, 0x00]))
    expect(claim).toBeGreaterThan(0)
    frame.writeUInt32LE(0x7000_0000, claim)
    expect(() => decompress(ZSTD, frame)).toThrow(MalformedError)
  })
})
