// CRC-32C (Castagnoli): the checksum of record batches and producer snapshots.
import { createRequire } from 'node:module'
import crc32cPackage from 'crc-32/crc32c.js'

type Crc32c = (buffer: Buffer) => number

/** From here on the native implementation wins over the price of the call into it. */
const NATIVE_MIN_BYTES = 512
/** Bytes summed in JavaScript before the native library is looked for: loading it costs as much as summing these. */
const NATIVE_AFTER_BYTES = 1 << 20

let native: Crc32c | null | undefined
let summedBytes = 0

/** Of `buffer[start, end)`, as uint32. */
export function crc32c(buffer: Buffer, start = 0, end: number = buffer.length): number {
  const length = end - start
  const range = length === buffer.length ? buffer : buffer.subarray(start, end)
  if (length >= NATIVE_MIN_BYTES && native !== null) {
    if (native !== undefined) return native(range)
    summedBytes += length
    if (summedBytes >= NATIVE_AFTER_BYTES) native = loadNative()
  }
  return crc32cPackage.buf(range, 0) >>> 0
}

/** `null` where the optional library has no build for this platform or was not installed. */
function loadNative(): Crc32c | null {
  const require = createRequire(import.meta.url)
  try {
    return (require('@node-rs/crc32') as { crc32c: Crc32c }).crc32c
  } catch {
    return null
  }
}
