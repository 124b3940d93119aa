// Cuts zstd input into its frames and says what each can grow to, from the headers alone (RFC 8878, section 3.1.1):
// libraries want one frame and an output size, and must not be trusted with the size that a stranger's header claims.
import { MalformedError } from '../reader.ts'

const MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const BLOCK_MAX_BYTES = 128 * 1024
const BLOCK_RAW = 0
const BLOCK_RLE = 1
const BLOCK_COMPRESSED = 2

export interface ZstdFrame {
  readonly start: number
  readonly end: number
  /** No valid content of this frame is larger. */
  readonly boundBytes: number
  /** The header says the size, and it is the bound. */
  readonly isExact: boolean
}

export function zstdFrames(data: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = []
  let at = 0
  while (at < data.length) {
    const magic = littleEndian(data, at, 4)
    if ((magic & 0xffff_fff0) >>> 0 === SKIPPABLE_MAGIC) {
      at = checkedEnd(data, at + 8 + littleEndian(data, at + 4, 4))
      continue
    }
    if (magic !== MAGIC) throw new MalformedError('zstd: not a frame')
    const frame = readFrame(data, at)
    frames.push(frame)
    at = frame.end
  }
  return frames
}

function readFrame(data: Buffer, start: number): ZstdFrame {
  const descriptor = littleEndian(data, start + 4, 1)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 0x03]
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6]
  let at = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes
  const contentSize = contentSizeOf(data, at, contentSizeBytes)
  at += contentSizeBytes
  const { end, boundBytes } = readBlocks(data, at)
  if (contentSize !== undefined && contentSize > boundBytes) {
    throw new MalformedError(`zstd: claims ${contentSize} bytes where its blocks hold at most ${boundBytes}`)
  }
  const checksumBytes = (descriptor & 0x04) !== 0 ? 4 : 0
  return {
    start,
    end: checkedEnd(data, end + checksumBytes),
    boundBytes: contentSize ?? boundBytes,
    isExact: contentSize !== undefined
  }
}

function contentSizeOf(data: Buffer, at: number, byteCount: number): number | undefined {
  if (byteCount === 0) return undefined
  if (byteCount === 8) return littleEndian(data, at, 4) + littleEndian(data, at + 4, 4) * 2 ** 32
  return littleEndian(data, at, byteCount) + (byteCount === 2 ? 256 : 0)
}

/** Block header, three bytes: last block (1 bit), type (2), size (21). */
function readBlocks(data: Buffer, start: number): { end: number; boundBytes: number } {
  let at = start
  let boundBytes = 0
  for (;;) {
    const header = littleEndian(data, at, 3)
    const type = (header >>> 1) & 0x03
    const size = header >>> 3
    if (type > BLOCK_COMPRESSED) throw new MalformedError('zstd: reserved block type')
    if (size > BLOCK_MAX_BYTES) throw new MalformedError(`zstd: block of ${size} bytes`)
    at = checkedEnd(data, at + 3 + (type === BLOCK_RLE ? 1 : size))
    boundBytes += type === BLOCK_RAW || type === BLOCK_RLE ? size : BLOCK_MAX_BYTES
    if ((header & 1) !== 0) return { end: at, boundBytes }
  }
}

function littleEndian(data: Buffer, at: number, byteCount: number): number {
  checkedEnd(data, at + byteCount)
  return data.readUIntLE(at, byteCount)
}

function checkedEnd(data: Buffer, end: number): number {
  if (end > data.length) throw new MalformedError('zstd: frame cut off')
  return end
}
