// The LZ4 block format: sequences of
//   token (literal length, match length - 4: a nibble each, 15 = more bytes follow), literals, offset uint16 LE.
// The last sequence has literals only. Written here so that a machine without the native library can read and write it.
import { MalformedError } from '../reader.ts'

const MATCH_MIN = 4
/** The format's end rules: the last five bytes are literals, and no match begins within the last twelve. */
const LAST_LITERALS = 5
const MATCH_FREE_TAIL = 12
const OFFSET_MAX = 0xffff
const HASH_BITS = 14
// Position + 1 of the last sequence with a hash; 0 = none. Shared: blocks are compressed one at a time.
const positions = new Int32Array(1 << HASH_BITS)

/** Decodes `source[start, end)` into `target` at `at`, never past `limit`; returns where the output ends. */
export function decodeBlock(
  source: Buffer,
  range: { start: number; end: number },
  target: Buffer,
  at: number,
  limit: number
): number {
  const { end } = range
  const outputStart = at
  let from = range.start
  let to = at
  while (from < end) {
    const token = source[from++]
    let literals = token >>> 4
    if (literals === 15) {
      let byte: number
      do {
        if (from >= end) failCut()
        byte = source[from++]
        literals += byte
      } while (byte === 255)
    }
    if (literals > end - from || literals > limit - to) failCut()
    if (literals <= 16) for (let index = 0; index < literals; index++) target[to + index] = source[from + index]
    else target.set(source.subarray(from, from + literals), to)
    to += literals
    from += literals
    if (from === end) return to
    if (end - from < 2) failCut()
    const offset = source[from] | (source[from + 1] << 8)
    from += 2
    if (offset === 0 || offset > to - outputStart) throw new MalformedError('lz4: a match before the block')
    let match = token & 15
    if (match === 15) {
      let byte: number
      do {
        if (from >= end) failCut()
        byte = source[from++]
        match += byte
      } while (byte === 255)
    }
    match += MATCH_MIN
    if (match > limit - to) failCut()
    // Source and target of a match may overlap: then its bytes repeat.
    if (offset >= match && match > 32) target.copyWithin(to, to - offset, to - offset + match)
    else for (let index = 0; index < match; index++) target[to + index] = target[to - offset + index]
    to += match
  }
  throw new MalformedError('lz4: block without its last literals')
}

function failCut(): never {
  throw new MalformedError('lz4: block cut off or larger than it may be')
}

/** Greedy, one candidate per hash. Returns where the output ends, or -1 when it would not be smaller than the input. */
export function encodeBlock(source: Buffer, range: { start: number; end: number }, target: Buffer, at: number): number {
  const { start, end } = range
  const limit = at + (end - start)
  const lastMatchStart = end - MATCH_FREE_TAIL
  positions.fill(0)
  let anchor = start
  let from = start
  let to = at
  let misses = 0
  while (from <= lastMatchStart) {
    const sequence = word(source, from)
    const slot = Math.imul(sequence, 0x9e3779b1) >>> (32 - HASH_BITS)
    const candidate = positions[slot] - 1
    positions[slot] = from + 1
    if (candidate < start || from - candidate > OFFSET_MAX || word(source, candidate) !== sequence) {
      // Data without matches is stepped over faster and faster.
      from += 1 + (misses++ >> 6)
      continue
    }
    misses = 0
    const length = matchLength(source, candidate, from, end - LAST_LITERALS)
    to = writeSequence(source, { start: anchor, end: from }, target, to, limit, length - MATCH_MIN)
    if (to < 0) return -1
    target[to++] = (from - candidate) & 0xff
    target[to++] = (from - candidate) >>> 8
    to = writeRest(target, to, length - MATCH_MIN)
    from += length
    anchor = from
  }
  return writeSequence(source, { start: anchor, end }, target, to, limit, 0)
}

function matchLength(source: Buffer, candidate: number, from: number, end: number): number {
  let length = MATCH_MIN
  while (from + length < end && source[candidate + length] === source[from + length]) length++
  return length
}

/** Token, literal length and literals. -1 when they, with an offset and match length behind, pass `limit`. */
function writeSequence(
  source: Buffer,
  literals: { start: number; end: number },
  target: Buffer,
  at: number,
  limit: number,
  matchRest: number
): number {
  const count = literals.end - literals.start
  if (at + 1 + count + count / 255 + 4 + matchRest / 255 > limit) return -1
  target[at] = (Math.min(count, 15) << 4) | Math.min(matchRest, 15)
  const to = writeRest(target, at + 1, count)
  target.set(source.subarray(literals.start, literals.end), to)
  return to + count
}

/** The bytes that follow a nibble of 15. */
function writeRest(target: Buffer, at: number, length: number): number {
  if (length < 15) return at
  let to = at
  let rest = length - 15
  for (; rest >= 255; rest -= 255) target[to++] = 255
  target[to++] = rest
  return to
}

const word = (b: Buffer, at: number) => b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)
