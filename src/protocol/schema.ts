// A message is one typed value: each field carries the range of versions it exists in, and its TypeScript type is
// read off that value. `compile.ts` turns (schema, version) into a codec once, on first use.
import type { Reader } from '../bytes/reader.ts'
import type { Writer } from '../bytes/writer.ts'

/** '3+', '0-2', '4' or 'none'. */
export type Versions = `${number}+` | `${number}-${number}` | `${number}` | 'none'

export type Kind =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'int64Clamped'
  | 'int64Bits'
  | 'float64'
  | 'string'
  | 'bytes'
  | 'records'
  | 'uuid'
  | 'array'
  | 'struct'

export interface FieldOptions<T> {
  /** What a reader sees in versions without the field, and what a writer writes when the value is left out. */
  fallback?: T
  /** Versions in which null may stand on the wire; only for the nullable constructors. */
  nullable?: Versions
  /** Tagged field (KIP-482): its tag, and the versions in which it is tagged (default: all of `versions`). */
  tag?: number
  tagged?: Versions
  /** A writer may drop a value that the version cannot carry instead of refusing it. */
  ignorable?: boolean
  /** Versions in which this one field uses the flexible encoding, when it differs from its message's. */
  flexible?: Versions
}

export interface Field<T, I = T> {
  readonly kind: Kind
  readonly versions: Versions
  readonly options: FieldOptions<unknown>
  /** Element fields of a struct or array of structs. */
  readonly fields?: Fields
  /** Element of an array of scalars. */
  readonly element?: Field<unknown>
  readonly isNullable: boolean
  /** Never set: carries the types (decoded, to encode). */
  readonly type?: [T, I]
}

// biome-ignore lint/suspicious/noExplicitAny: variance: a field of any type is a field
export type Fields = Record<string, Field<any, any>>
/** What a decoder returns: every field present, absent ones as their fallback. */
export type Shape<F extends Fields> = { [N in keyof F]: F[N] extends Field<infer T, infer _> ? T : never }
/** What an encoder takes: a field left out is its fallback. */
export type Init<F extends Fields> = { [N in keyof F]?: F[N] extends Field<infer _, infer I> ? I : never }

function scalar<T>(kind: Kind, zero: T, isNullable = false) {
  // Most fields have no options: they share one, because hundreds of schemas are made at every start.
  const plain: FieldOptions<T> = { fallback: zero }
  const always: Field<T> = { kind, versions: '0+', options: plain, isNullable }
  return (versions: Versions = '0+', options?: FieldOptions<T>): Field<T> => {
    if (options !== undefined) return { kind, versions, options: { fallback: zero, ...options }, isNullable }
    return versions === '0+' ? always : { kind, versions, options: plain, isNullable }
  }
}

export const boolean = scalar('boolean', false)
export const int8 = scalar('int8', 0)
export const int16 = scalar('int16', 0)
export const uint16 = scalar('uint16', 0)
export const int32 = scalar('int32', 0)
export const uint32 = scalar('uint32', 0)
/** Exact to 2^53: a larger value is a decoding error, never a rounded number. */
export const int64 = scalar('int64', 0)
/** For values that are only compared (timestamps to look up): beyond 2^53 they become the nearest safe integer. */
export const int64Clamped = scalar('int64Clamped', 0)
/** All 64 bits as 16 hex digits: for hashes, which are compared and kept but never computed with. */
export const int64Bits = scalar('int64Bits', '0000000000000000')
export const float64 = scalar('float64', 0)
export const string = scalar('string', '')
export const nullableString = scalar<string | null>('string', null, true)
export const EMPTY_BYTES = Buffer.alloc(0)
export const bytes = scalar<Buffer>('bytes', EMPTY_BYTES)
export const nullableBytes = scalar<Buffer | null>('bytes', null, true)
/** Record batches, undecoded: a slice of the frame when read; written without a copy. */
export const records = scalar<Buffer | null>('records', null, true)
/** 16 bytes on the wire; in memory Kafka's text form: URL-safe base64 without padding, 22 characters. */
export const uuid = scalar('uuid', 'AAAAAAAAAAAAAAAAAAAAAA')

export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

type Element = Fields | Field<unknown>
type IsField<E> = E extends { kind: Kind; versions: Versions } ? true : false
type ElementShape<E> =
  IsField<E> extends true ? (E extends Field<infer T, infer _> ? T : never) : E extends Fields ? Shape<E> : never
type ElementInit<E> =
  IsField<E> extends true ? (E extends Field<infer _, infer I> ? I : never) : E extends Fields ? Init<E> : never

const isField = (of: Element): of is Field<unknown> => typeof (of as Field<unknown>).kind === 'string'

const plainArray: FieldOptions<unknown> = { fallback: [] }

function arrayField(
  of: Element,
  versions: Versions,
  given: FieldOptions<unknown> | undefined,
  isNullable: boolean
): Field<unknown> {
  const options = given === undefined ? plainArray : { fallback: [], ...given }
  const [element, fields] = isField(of) ? [of, undefined] : [undefined, of]
  return { kind: 'array', versions, options, isNullable, element, fields }
}

export function array<E extends Element>(
  of: E,
  versions: Versions = '0+',
  options?: FieldOptions<ElementShape<E>[]>
): Field<ElementShape<E>[], readonly ElementInit<E>[]> {
  return arrayField(of, versions, options, false) as Field<ElementShape<E>[], readonly ElementInit<E>[]>
}

export function nullableArray<E extends Element>(
  of: E,
  versions: Versions = '0+',
  options?: FieldOptions<ElementShape<E>[] | null>
): Field<ElementShape<E>[] | null, readonly ElementInit<E>[] | null> {
  return arrayField(of, versions, options, true) as Field<ElementShape<E>[] | null, readonly ElementInit<E>[] | null>
}

export function struct<F extends Fields>(
  fields: F,
  versions: Versions = '0+',
  options: FieldOptions<Init<F>> = {}
): Field<Shape<F>, Init<F>> {
  return { kind: 'struct', versions, options, fields, isNullable: false }
}

export function nullableStruct<F extends Fields>(
  fields: F,
  versions: Versions = '0+',
  options: FieldOptions<Init<F> | null> = {}
): Field<Shape<F> | null, Init<F> | null> {
  return { kind: 'struct', versions, options: { fallback: null, ...options }, fields, isNullable: true }
}

export interface Api<Req extends Fields = Fields, Res extends Fields = Fields> {
  readonly key: number
  readonly name: string
  /** Versions with a schema: what can be encoded and decoded. What is served stands on the handler. */
  readonly versions: Versions
  readonly flexible: Versions
  readonly request: Req
  readonly response: Res
}

export const defineApi = <Req extends Fields, Res extends Fields>(api: Api<Req, Res>): Api<Req, Res> => api

// biome-ignore lint/suspicious/noExplicitAny: variance
export type AnyApi = Api<any, any>
export type RequestOf<A> = A extends Api<infer Req, infer _> ? Shape<Req> : never
export type RequestInitOf<A> = A extends Api<infer Req, infer _> ? Init<Req> : never
export type ResponseOf<A> = A extends Api<infer _, infer Res> ? Shape<Res> : never
export type ResponseInitOf<A> = A extends Api<infer _, infer Res> ? Init<Res> : never

/** A record value or key kept in a log (metadata, offsets, transactions): same field language, no headers. */
export interface RecordSchema<F extends Fields = Fields> {
  readonly name: string
  /** The record's type or api key. */
  readonly key: number
  readonly versions: Versions
  readonly flexible: Versions
  readonly fields: F
}

export const defineRecord = <F extends Fields>(schema: RecordSchema<F>): RecordSchema<F> => schema
export type RecordOf<R> = R extends RecordSchema<infer F> ? Shape<F> : never
export type RecordInitOf<R> = R extends RecordSchema<infer F> ? Init<F> : never

export interface Codec<T, I = T> {
  decode(reader: Reader): T
  encode(writer: Writer, value: I): void
}
