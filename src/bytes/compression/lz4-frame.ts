// The LZ4 frame format, as far as Kafka uses it: magic, FLG, BD, [content size], header checksum, then blocks
// [uint32 LE size, top bit = stored uncompressed][data][block checksum], an end mark of zero, [content checksum].
// Kafka's readers want version 1 with independent blocks; they verify header and block checksums, not the content's.
import { MalformedError } from '../reader.ts'
import { failTooLarge } from './codec.ts'
import { encodeBlock } from './lz4-block.ts'
import { xxhash32 } from './xxhash32.ts'

const MAGIC = 0x184d2204
const STORED = 0x8000_0000
const FLAG_VERSION_1 = 0x40
const FLAG_INDEPENDENT = 0x20
/** 64 KB, what Kafka's own writer uses. */
const BLOCK_SIZE_CODE = 4
const BLOCK_BYTES = 64 * 1024

export interface Lz4Block {
  readonly start: number
  readonly end: number
  readonly isStored: boolean
  /** What the frame allows any of its blocks to grow to. */
  readonly maxBytes: number
}

export interface Lz4Frames {
  readonly blocks: Lz4Block[]
  /** One frame and not a byte behind it. */
  readonly isSingle: boolean
}

/** The blocks of a frame, and of those behind it; bytes behind the last one that are no frame are ignored, as by Kafka. */
export function readFrames(data: Buffer, ignoreHeaderChecksum: boolean): Lz4Frames {
  const blocks: Lz4Block[] = []
  const firstEnd = readFrame(data, 0, ignoreHeaderChecksum, blocks)
  let at = firstEnd
  while (data.length - at >= 7 && data.readUInt32LE(at) === MAGIC)
    at = readFrame(data, at, ignoreHeaderChecksum, blocks)
  return { blocks, isSingle: firstEnd === data.length }
}

function readFrame(data: Buffer, frameStart: number, ignoreHeaderChecksum: boolean, blocks: Lz4Block[]): number {
  const { flags, maxBytes, end } = readHeader(data, frameStart, ignoreHeaderChecksum)
  const hasBlockChecksum = (flags & 0x10) !== 0
  let at = end
  for (;;) {
    const size = uint32(data, at)
    at += 4
    if (size === 0) break
    const length = size & ~STORED
    if (length > maxBytes) throw new MalformedError(`lz4: block of ${length} bytes where ${maxBytes} are allowed`)
    const blockEnd = at + length
    if (blockEnd > data.length) failCut()
    if (hasBlockChecksum && uint32(data, blockEnd) !== xxhash32(data, at, blockEnd)) {
      throw new MalformedError('lz4: block checksum does not match')
    }
    blocks.push({ start: at, end: blockEnd, isStored: (size & STORED) !== 0, maxBytes })
    at = blockEnd + (hasBlockChecksum ? 4 : 0)
  }
  return at + ((flags & 0x04) !== 0 ? 4 : 0)
}

function readHeader(data: Buffer, start: number, ignoreHeaderChecksum: boolean) {
  if (data.length - start < 7) failCut()
  if (data.readUInt32LE(start) !== MAGIC) throw new MalformedError('lz4: not a frame')
  const flags = data[start + 4]
  const descriptor = data[start + 5]
  if (flags >>> 6 !== 1) throw new MalformedError(`lz4: frame version ${flags >>> 6}`)
  if ((flags & FLAG_INDEPENDENT) === 0) throw new MalformedError('lz4: dependent blocks')
  if ((flags & 0x03) !== 0 || (descriptor & 0x8f) !== 0) throw new MalformedError('lz4: reserved bits are set')
  const sizeCode = descriptor >>> 4
  if (sizeCode < 4) throw new MalformedError(`lz4: block size code ${sizeCode}`)
  const checksumAt = start + 6 + ((flags & 0x08) !== 0 ? 8 : 0)
  if (checksumAt >= data.length) failCut()
  const checksum = (xxhash32(data, start + 4, checksumAt) >>> 8) & 0xff
  if (!ignoreHeaderChecksum && checksum !== data[checksumAt]) {
    throw new MalformedError('lz4: header checksum does not match')
  }
  return { flags, maxBytes: 1 << (8 + 2 * sizeCode), end: checksumAt + 1 }
}

function uint32(data: Buffer, at: number): number {
  if (data.length - at < 4) failCut()
  return data.readUInt32LE(at)
}

function failCut(): never {
  throw new MalformedError('lz4: frame cut off')
}

/** What all blocks together can grow to at most. */
export function outputBound(blocks: readonly Lz4Block[]): number {
  // A block grows by less than 255 times: each byte after the first of a match length stands for 255.
  let bound = 0
  for (const block of blocks) {
    const size = block.end - block.start
    bound += block.isStored ? size : Math.min(block.maxBytes, size * 255)
  }
  return bound
}

export function copyStored(data: Buffer, block: Lz4Block, output: Buffer, at: number, maxBytes: number): number {
  if (block.end - block.start > output.length - at) failTooLarge(maxBytes)
  data.copy(output, at, block.start, block.end)
  return at + block.end - block.start
}

export function encodeFrame(data: Buffer): Buffer {
  const blockCount = Math.ceil(data.length / BLOCK_BYTES)
  const output = Buffer.allocUnsafe(11 + data.length + blockCount * 4)
  output.writeUInt32LE(MAGIC, 0)
  output[4] = FLAG_VERSION_1 | FLAG_INDEPENDENT
  output[5] = BLOCK_SIZE_CODE << 4
  output[6] = (xxhash32(output, 4, 6) >>> 8) & 0xff
  let to = 7
  for (let start = 0; start < data.length; start += BLOCK_BYTES) {
    const range = { start, end: Math.min(start + BLOCK_BYTES, data.length) }
    const end = encodeBlock(data, range, output, to + 4)
    if (end >= 0) {
      output.writeUInt32LE(end - to - 4, to)
      to = end
    } else {
      output.writeUInt32LE((range.end - range.start + STORED) >>> 0, to)
      to += 4 + data.copy(output, to + 4, range.start, range.end)
    }
  }
  output.writeUInt32LE(0, to)
  return output.subarray(0, to + 4)
}
