// XXH32 with seed 0: the checksum inside LZ4 frames.
const PRIME_1 = 0x9e3779b1
const PRIME_2 = 0x85ebca77
const PRIME_3 = 0xc2b2ae3d
const PRIME_4 = 0x27d4eb2f
const PRIME_5 = 0x165667b1

const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits))
const word = (b: Buffer, at: number) => b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)
const round = (lane: number, input: number) => Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1)

/** Of `buffer[start, end)`, as uint32. */
export function xxhash32(buffer: Buffer, start: number, end: number): number {
  let at = start
  let hash: number
  if (end - start >= 16) {
    let a = (PRIME_1 + PRIME_2) | 0
    let b = PRIME_2 | 0
    let c = 0
    let d = -PRIME_1 | 0
    for (; at <= end - 16; at += 16) {
      a = round(a, word(buffer, at))
      b = round(b, word(buffer, at + 4))
      c = round(c, word(buffer, at + 8))
      d = round(d, word(buffer, at + 12))
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
  } else {
    hash = PRIME_5
  }
  hash = (hash + (end - start)) | 0
  for (; at <= end - 4; at += 4)
    hash = Math.imul(rotate((hash + Math.imul(word(buffer, at), PRIME_3)) | 0, 17), PRIME_4)
  for (; at < end; at++) hash = Math.imul(rotate((hash + Math.imul(buffer[at], PRIME_5)) | 0, 11), PRIME_1)
  return avalanche(hash)
}

function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  mixed = Math.imul(mixed ^ (mixed >>> 13), PRIME_3)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
