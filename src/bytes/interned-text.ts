// The same few names arrive in every request: topics, groups, clients, topic ids. Each is made a string once and found
// again by its bytes, which is quicker than the call that decodes it, and gives the same string object, whose hash is
// already known when it becomes a Map key. The tables are of fixed size: a newcomer replaces what had its slot.

/** Longer texts are decoded each time. */
export const INTERNED_BYTES_MAX = 32
const SLOTS = 1024

const texts: string[] = new Array(SLOTS).fill('')

const uuids: string[] = new Array(SLOTS).fill('')
const uuidWords = new Int32Array(SLOTS * 4)

/** `buffer[start, end)` as UTF-8; at most INTERNED_BYTES_MAX bytes. */
export function internedText(buffer: Buffer, start: number, end: number): string {
  let hash = end - start
  for (let at = start; at < end; at++) {
    const byte = buffer[at]
    if (byte >= 0x80) return buffer.toString('utf8', start, end)
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
  const known = texts[slot]
  if (isSame(known, buffer, start, end)) return known
  const text = buffer.toString('latin1', start, end)
  texts[slot] = text
  return text
}

function isSame(text: string, buffer: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== buffer[start + index]) return false
  }
  return true
}

/** The 16 bytes at `start` as URL-safe base64. */
export function internedUuid(buffer: Buffer, start: number): string {
  const a = word(buffer, start)
  const b = word(buffer, start + 4)
  const c = word(buffer, start + 8)
  const d = word(buffer, start + 12)
  const mixed = Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 961) ^ Math.imul(d, 29_791), 0x9e3779b1)
  const slot = mixed >>> 22
  const at = slot * 4
  const isKnown = uuidWords[at] === a && uuidWords[at + 1] === b && uuidWords[at + 2] === c && uuidWords[at + 3] === d
  if (isKnown && uuids[slot] !== '') return uuids[slot]
  const text = buffer.toString('base64url', start, start + 16)
  uuids[slot] = text
  uuidWords[at] = a
  uuidWords[at + 1] = b
  uuidWords[at + 2] = c
  uuidWords[at + 3] = d
  return text
}

const word = (b: Buffer, at: number) => (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]
