import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedError, Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { KafkaError } from '../error-codes.ts'
import { allApis } from './apis.ts'
import { requestCodec, responseCodec } from './compile.ts'
import { heartbeat } from './messages/heartbeat.ts'
import {
  type AnyApi,
  array,
  type Codec,
  defineApi,
  int32,
  int64,
  nullableArray,
  nullableString,
  nullableStruct,
  string,
  struct
} from './schema.ts'
import { inVersions, versionRange } from './versions.ts'

// One of each trap: a field that comes and goes, null that becomes possible later, tagged fields of every kind.
const sample = defineApi({
  key: 9_999,
  name: 'Sample',
  versions: '0-3',
  flexible: '2+',
  request: {
    name: string(),
    removed: int32('0-1', { fallback: -1 }),
    dropped: int32('0-1', { ignorable: true }),
    comment: nullableString('0+', { fallback: '', nullable: '1+' }),
    items: array({ offset: int64(), labels: array(string(), '1+') }),
    maybe: nullableArray(int32(), '2+', { fallback: null, tag: 0 }),
    place: struct({ host: string(), port: int32('0+', { fallback: -1 }) }, '2+', { tag: 1 }),
    owner: nullableStruct({ id: int32() }, '3+', { tag: 5 }),
    inline: nullableStruct({ id: int32() }, '3+')
  },
  response: {}
})

function encode<T, I>(codec: Codec<T, I>, value: I): Buffer {
  const writer = new Writer()
  codec.encode(writer, value)
  return writer.toBuffer()
}

const decode = <T, I>(codec: Codec<T, I>, hex: string) => codec.decode(new Reader(Buffer.from(hex, 'hex')))

describe('fields', () => {
  test('one left out is its fallback, in both directions', () => {
    const value = requestCodec(sample, 3).decode(new Reader(encode(requestCodec(sample, 3), {})))
    expect(value).toEqual({
      name: '',
      removed: -1,
      dropped: 0,
      comment: '',
      items: [],
      maybe: null,
      place: { host: '', port: -1 },
      owner: null,
      inline: null
    })
  })

  test('the layout of a version that is not flexible', () => {
    const bytes = encode(requestCodec(sample, 1), { name: 'n', comment: null, items: [{ offset: 1, labels: ['x'] }] })
    expect(bytes.toString('hex')).toBe('00016effffffff00000000ffff00000001000000000000000100000001000178')
  })

  test('tagged fields are written by tag, only when they differ from their fallback', () => {
    const bare = { name: 'n', items: [] }
    expect(encode(requestCodec(sample, 2), { ...bare, place: { port: -1 }, maybe: null }).toString('hex')).toBe(
      '026e010100'
    )
    const full = encode(requestCodec(sample, 3), { ...bare, owner: { id: 7 }, maybe: [], place: { host: 'h' } })
    // inline null; then three tags: 0 size 1, 1 size 7, 5 size 6 with its own marker of presence.
    expect(full.toString('hex')).toBe('026e0101ff03000101010702' + '68ffffffff00' + '0506010000000700')
    const decoded = requestCodec(sample, 3).decode(new Reader(full))
    expect(decoded.owner).toEqual({ id: 7 })
    expect(decoded.maybe).toEqual([])
    expect(decoded.place).toEqual({ host: 'h', port: -1 })
  })

  test('null where the version does not allow it names the field', () => {
    expect(() => encode(requestCodec(sample, 0), { comment: null })).toThrow(/SampleRequest v0: comment/)
    const missing = { name: null as unknown as string }
    expect(() => encode(requestCodec(sample, 3), missing)).toThrow(/name must not be null/)
    expect(() => decode(requestCodec(sample, 2), '00010100')).toThrow(/SampleRequest v2: name is null/)
    expect(() => decode(requestCodec(sample, 0), '0000ffffffff00000000ffff00000000')).toThrow(/comment is null/)
  })

  test('a value that the version cannot carry is refused unless it may be ignored', () => {
    expect(() => encode(requestCodec(sample, 2), { removed: 5 })).toThrow(KafkaError)
    expect(() => encode(requestCodec(sample, 2), { removed: 5 })).toThrow('SampleRequest v2 cannot carry removed')
    expect(() => encode(requestCodec(sample, 0), { items: [{ labels: ['x'] }] })).toThrow('cannot carry labels')
    expect(() => encode(requestCodec(sample, 1), { maybe: [] })).toThrow('cannot carry maybe')
    expect(() => encode(requestCodec(sample, 1), { place: { host: 'h' } })).toThrow('cannot carry place')
    expect(() => encode(requestCodec(sample, 1), { place: { host: '' }, maybe: null, owner: null })).not.toThrow()
    expect(encode(requestCodec(sample, 2), { removed: -1, dropped: 5 }).toString('hex')).toBe('01010100')
  })

  test('a version without a schema', () => {
    expect(() => requestCodec(sample, 4)).toThrow('SampleRequest has no version 4')
    expect(requestCodec(sample, 3)).toBe(requestCodec(sample, 3))
  })
})

describe('tagged sections as Apache Kafka reads them', () => {
  const codec = requestCodec(sample, 2)
  const head = '026e0101'

  test('unknown tags are stepped over, whatever their order', () => {
    expect(decode(codec, `${head}0309010008020000000101`)).toMatchObject({ name: 'n', maybe: [] })
    expect(() => decode(codec, `${head}010905aa`)).toThrow(MalformedError)
    expect(() => decode(codec, `${head}0109ffffffff0f`)).toThrow(MalformedError)
  })

  test('of equal tags the last one wins, and the size of a known tag is not compared', () => {
    expect(decode(codec, `${head}0200050200000001000502000000ff`).maybe).toEqual([255])
    expect(decode(codec, `${head}010001020000000a`).maybe).toEqual([10])
  })

  test('a count that is negative as int32 means none', () => {
    expect(decode(codec, `${head}ffffffff0f`).name).toBe('n')
  })
})

test('what follows the message stays in the reader', () => {
  const reader = new Reader(Buffer.from('000167000000010000aabb', 'hex'))
  requestCodec(heartbeat, 0).decode(reader)
  expect(reader.remaining).toBe(2)
})

describe('arrays that claim more than there is', () => {
  test('are refused before anything is allocated', () => {
    expect(() => decode(requestCodec(sample, 1), '00016e0000000000000000ffff7fffffff')).toThrow(
      'items claims 2147483647 elements in 0 bytes'
    )
    // Twelve bytes hold one element of at least eight, never two.
    expect(() => decode(requestCodec(sample, 0), `0000${'0'.repeat(16)}000000000002${'0'.repeat(24)}`)).toThrow(
      'claims 2'
    )
  })
})

const versionsOf = (api: AnyApi) => {
  const { min, max } = versionRange(api.versions)
  return Array.from({ length: max - min + 1 }, (_, index) => min + index)
}
const everyCodec = allApis.flatMap((api) =>
  versionsOf(api).flatMap((version) => [requestCodec(api, version), responseCodec(api, version)])
) as Codec<unknown, unknown>[]

describe('fuzz: every API and version', () => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now())

  test('noise decodes or is malformed, nothing else', () => {
    fc.assert(
      fc.property(fc.nat(everyCodec.length - 1), fc.uint8Array({ maxLength: 200 }), (index, bytes) => {
        orMalformed(() => everyCodec[index].decode(new Reader(Buffer.from(bytes))))
      }),
      { seed, numRuns: 20_000 }
    )
  })

  test('the default value with damage decodes or is malformed, nothing else', () => {
    const defaults = everyCodec.map((codec) => encode(codec, {}))
    fc.assert(
      fc.property(fc.nat(everyCodec.length - 1), fc.nat(), fc.nat(255), fc.nat(), (index, at, byte, cut) => {
        const bytes = Buffer.from(defaults[index].subarray(0, defaults[index].length - (cut % 3)))
        if (bytes.length > 0) bytes[at % bytes.length] = byte
        orMalformed(() => everyCodec[index].decode(new Reader(bytes)))
      }),
      { seed, numRuns: 20_000 }
    )
  })

  test('a frame full of the largest counts costs no memory', () => {
    const frame = Buffer.alloc(1_000_000, 0xff)
    const compact = Buffer.alloc(1_000_000, Buffer.from([0xff, 0xff, 0xff, 0x7f]))
    const before = process.memoryUsage().heapUsed
    for (const codec of everyCodec) {
      orMalformed(() => codec.decode(new Reader(frame)))
      orMalformed(() => codec.decode(new Reader(compact)))
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024)
  })
})

function orMalformed(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
  }
}

test('version ranges', () => {
  expect(versionRange('3+')).toEqual({ min: 3, max: Number.POSITIVE_INFINITY })
  expect(versionRange('4')).toEqual({ min: 4, max: 4 })
  expect(inVersions('0-2', 3)).toBe(false)
  expect(inVersions('none', 0)).toBe(false)
})
