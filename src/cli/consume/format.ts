// Format strings of `consume -f`, compiled once to a list of pieces.
import { isUtf8 } from 'node:buffer'
import { UsageError } from '../../client/errors.ts'
import type { RecordView } from '../../records/record-view.ts'
import { resolveEscapes } from '../escapes.ts'

export interface PlacedRecord {
  readonly topic: string
  readonly partition: number
  readonly record: RecordView
}

type Piece = Buffer | ((placed: PlacedRecord) => Buffer | string)
type Form = 'hex' | 'base64' | 'json' | undefined

const NOTHING = Buffer.alloc(0)
const FORMS: readonly Form[] = ['hex', 'base64', 'json']

/** Turns records into bytes. */
export function compileFormat(format: string): (placed: PlacedRecord) => Buffer {
  const pieces = parse(format)
  return (placed) =>
    Buffer.concat(
      pieces.map((piece) => {
        const bytes = typeof piece === 'function' ? piece(placed) : piece
        return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      })
    )
}

function parse(format: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  // Verbs are found before escapes are resolved, so that \x25 is never one.
  for (const match of format.matchAll(/%(.?)(?:\{(\w+)\})?/gs)) {
    const [whole, verb, form] = match
    if (match.index > end) pieces.push(Buffer.from(resolveEscapes(format.slice(end, match.index))))
    const isBytes = verb === 'k' || verb === 'v' || verb === 's'
    pieces.push(pieceOf(verb, isBytes ? checkForm(form) : undefined))
    // Braces behind another verb are text.
    end = match.index + (isBytes || form === undefined ? whole.length : 2)
  }
  if (end < format.length) pieces.push(Buffer.from(resolveEscapes(format.slice(end))))
  return pieces
}

function checkForm(form: string | undefined): Form {
  if (form === undefined || FORMS.includes(form as Form)) return form as Form
  throw new UsageError(`-f: unknown form {${form}}: know {hex}, {base64}, {json}`)
}

function pieceOf(verb: string, form: Form): Piece {
  switch (verb) {
    case '%':
      return Buffer.from('%')
    case 't':
      return ({ topic }) => topic
    case 'p':
      return ({ partition }) => String(partition)
    case 'o':
      return ({ record }) => String(record.offset)
    case 'T':
      return ({ record }) => String(record.timestampMs)
    case 'd':
      return ({ record }) => isoTime(record.timestampMs)
    case 'k':
      return ({ record }) => bytesIn(form, record.key)
    case 'K':
      return ({ record }) => String(record.key?.length ?? -1)
    case 'v':
    case 's':
      return ({ record }) => bytesIn(form, record.value)
    case 'V':
    case 'S':
      return ({ record }) => String(record.value?.length ?? -1)
    case 'h':
      return ({ record }) => Buffer.concat(headerPieces(record))
    default:
      throw new UsageError(`-f: unknown %${verb}: know %t %p %o %T %d %k %K %v %s %V %S %h %%`)
  }
}

function headerPieces({ headers }: RecordView): Buffer[] {
  return headers.flatMap(({ key, value }, index) => [Buffer.from(`${index > 0 ? ',' : ''}${key}=`), value ?? NOTHING])
}

function bytesIn(form: Form, bytes: Buffer | null): Buffer | string {
  if (form === undefined) return bytes ?? NOTHING
  if (form === 'json') return JSON.stringify(bytes === null ? null : isUtf8(bytes) ? bytes.toString() : [...bytes])
  return bytes === null ? '' : bytes.toString(form)
}

/** Empty for a record without a timestamp, and for one outside the range of dates. */
function isoTime(timestampMs: number): string {
  const date = new Date(timestampMs)
  return timestampMs < 0 || Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
