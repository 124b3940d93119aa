// Turns (schema, version) into a codec, once: JavaScript is generated for it (decoder-source.ts, encoder-source.ts), so
// that at run time no version is tested and every decoded object of a kind has the same shape.
import { MalformedError, type Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { KafkaError } from '../error-codes.ts'
import { DecoderSource } from './decoder-source.ts'
import { EncoderSource } from './encoder-source.ts'
import {
  type AnyApi,
  type Codec,
  EMPTY_BYTES,
  type Fields,
  type RecordInitOf,
  type RecordOf,
  type RecordSchema,
  type RequestInitOf,
  type RequestOf,
  type ResponseInitOf,
  type ResponseOf,
  type Versions
} from './schema.ts'
import { inVersions } from './versions.ts'

export { inVersions, versionRange } from './versions.ts'

type AnyCodec = Codec<unknown, unknown>
// Keyed by the schema's own fields value: two schemas never share one.
const compiled = new WeakMap<Fields, AnyCodec[]>()

interface Schema {
  readonly name: string
  readonly versions: Versions
  readonly flexible: Versions
}

export function isFlexible(schema: Pick<Schema, 'flexible'>, version: number): boolean {
  return inVersions(schema.flexible, version)
}

/** A frame is decoded whole: what is left in the reader afterwards is the caller's to judge. */
export function requestCodec<A extends AnyApi>(api: A, version: number): Codec<RequestOf<A>, RequestInitOf<A>> {
  return codecOf(api, api.request, 'Request', version) as Codec<RequestOf<A>, RequestInitOf<A>>
}

export function responseCodec<A extends AnyApi>(api: A, version: number): Codec<ResponseOf<A>, ResponseInitOf<A>> {
  return codecOf(api, api.response, 'Response', version) as Codec<ResponseOf<A>, ResponseInitOf<A>>
}

export function recordCodec<R extends RecordSchema>(schema: R, version: number): Codec<RecordOf<R>, RecordInitOf<R>> {
  return codecOf(schema, schema.fields, '', version) as Codec<RecordOf<R>, RecordInitOf<R>>
}

function codecOf(schema: Schema, fields: Fields, suffix: string, version: number): AnyCodec {
  let codecs = compiled.get(fields)
  if (codecs === undefined) {
    codecs = []
    compiled.set(fields, codecs)
  }
  const known = codecs[version]
  if (known !== undefined) return known
  const name = schema.name + suffix
  if (!inVersions(schema.versions, version)) {
    throw new KafkaError('UNSUPPORTED_VERSION', `${name} has no version ${version}`)
  }
  const codec = compile(name, fields, { version, isFlexible: isFlexible(schema, version) })
  codecs[version] = codec
  return codec
}

function compile(name: string, fields: Fields, wire: { version: number; isFlexible: boolean }): AnyCodec {
  const label = `${name} v${wire.version}`
  // Each direction is compiled when it is first used: a broker never decodes its own responses.
  let decoder: ((reader: Reader) => unknown) | undefined
  let encoder: ((writer: Writer, value: unknown) => void) | undefined
  return {
    decode(reader) {
      decoder ??= build(DecoderSource.of(fields, wire), decoderScope(label)) as (reader: Reader) => unknown
      return decoder(reader)
    },
    encode(writer, value) {
      encoder ??= build(EncoderSource.of(fields, wire), encoderScope(label)) as typeof encoder
      encoder!(writer, value)
    }
  }
}

function build(source: string, scope: Record<string, unknown>): unknown {
  return new Function(...Object.keys(scope), source)(...Object.values(scope))
}

/** The names that generated decoders use. */
function decoderScope(label: string): Record<string, unknown> {
  const failNull = (field: string): never => {
    throw new MalformedError(`${label}: ${field} is null but must not be`)
  }
  const failCount = (field: string, count: number, reader: Reader): never => {
    throw new MalformedError(`${label}: ${field} claims ${count} elements in ${reader.remaining} bytes`)
  }
  const nullableString = (reader: Reader, length: number, field: string): string | null => {
    if (length < 0) return null
    if (length > 0x7fff) throw new MalformedError(`${label}: ${field} is a string of ${length} bytes`)
    return reader.string(length)
  }
  const nullableBytes = (reader: Reader, length: number): Buffer | null => (length < 0 ? null : reader.bytes(length))
  return {
    EMPTY_BYTES,
    failNull,
    failCount,
    skipTaggedFields,
    nullableString,
    nullableBytes,
    requiredString: (reader: Reader, length: number, field: string) =>
      nullableString(reader, length, field) ?? failNull(field),
    requiredBytes: (reader: Reader, length: number, field: string) => nullableBytes(reader, length) ?? failNull(field)
  }
}

/** The names that generated encoders use. */
function encoderScope(label: string): Record<string, unknown> {
  return {
    EMPTY_BYTES,
    Writer,
    failNull: (field: string): never => {
      throw new TypeError(`${label}: ${field} must not be null`)
    },
    failUnsupported: (field: string): never => {
      throw new KafkaError('UNSUPPORTED_VERSION', `${label} cannot carry ${field}`)
    }
  }
}

/** Steps over a tagged section of which no tag is known (KIP-482). */
export function skipTaggedFields(reader: Reader): void {
  for (let left = reader.unsignedVarint() | 0; left > 0; left--) {
    reader.unsignedVarint()
    reader.skip(reader.unsignedVarint())
  }
}
