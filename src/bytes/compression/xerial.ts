// The framing that Java's snappy library puts around raw snappy, and that Kafka clients therefore send:
// magic 82 'SNAPPY' 00, version int32, oldest compatible version int32, then any number of
// [int32 compressed size][raw snappy]. Streams behind each other are one: a magic may stand where a size would.
import { MalformedError } from '../reader.ts'

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const HEADER_BYTES = 16
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
/** What Java's SnappyOutputStream takes by default; readers size their buffers by the blocks they meet. */
export const XERIAL_BLOCK_BYTES = 32 * 1024

function startsHeader(data: Buffer, at: number): boolean {
  return data.length - at >= HEADER_BYTES && MAGIC.equals(data.subarray(at, at + MAGIC.length))
}

/** The raw snappy blocks: the whole input when it has no framing (librdkafka, Go and others send it so). */
export function xerialBlocks(data: Buffer): Buffer[] {
  if (!startsHeader(data, 0)) return [data]
  const blocks: Buffer[] = []
  let at = 0
  while (at < data.length) {
    if (startsHeader(data, at)) {
      at += HEADER_BYTES
      continue
    }
    if (data.length - at < 4) throw new MalformedError('snappy: block size cut off')
    const size = data.readInt32BE(at)
    at += 4
    if (size < 0 || size > data.length - at) throw new MalformedError(`snappy: block of ${size} bytes`)
    blocks.push(data.subarray(at, at + size))
    at += size
  }
  return blocks
}

export function xerialPieces(data: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < data.length; at += XERIAL_BLOCK_BYTES) pieces.push(data.subarray(at, at + XERIAL_BLOCK_BYTES))
  return pieces
}

export function xerialStream(compressedBlocks: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [HEADER]
  for (const block of compressedBlocks) {
    const size = Buffer.allocUnsafe(4)
    size.writeInt32BE(block.length)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}
