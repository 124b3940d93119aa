// LZ4 frames. Reading them is our own code, because no library reads what Kafka's clients send: several frames, the
// wrong header checksum of message format v0, a bound on the size. The plain case is native where it loads.
import { MalformedError } from '../reader.ts'
import { type CompressionCodec, failTooLarge } from './codec.ts'
import { loadOptional } from './load-optional.ts'
import { decodeBlock } from './lz4-block.ts'
import { copyStored, encodeFrame, type Lz4Block, type Lz4Frames, outputBound, readFrames } from './lz4-frame.ts'

interface NativeLz4 {
  compressFrameSync(data: Buffer): Buffer
  compressFrame(data: Buffer): Promise<Buffer>
  decompressFrameSync(data: Buffer): Buffer
  decompressFrame(data: Buffer): Promise<Buffer>
}

let native: NativeLz4 | null | undefined

function loadNative(): NativeLz4 | null {
  if (native === undefined) native = loadOptional<NativeLz4>('lz4-napi')
  return native
}

function decodeFrames(data: Buffer, { blocks }: Lz4Frames, maxBytes: number): Buffer {
  const output = Buffer.allocUnsafe(Math.min(outputBound(blocks), maxBytes))
  let at = 0
  for (const block of blocks) {
    if (block.isStored) at = copyStored(data, block, output, at, maxBytes)
    else at = decode(data, block, output, at, maxBytes)
  }
  return output.subarray(0, at)
}

function decode(data: Buffer, block: Lz4Block, output: Buffer, at: number, maxBytes: number): number {
  const limit = Math.min(output.length, at + block.maxBytes)
  try {
    return decodeBlock(data, block, output, at, limit)
  } catch (error) {
    if (error instanceof MalformedError && limit === maxBytes) failTooLarge(maxBytes)
    throw error
  }
}

/** The library reads one frame only and knows no bound: it gets what needs neither. */
const suitsNative = (frames: Lz4Frames, maxBytes: number) => frames.isSingle && outputBound(frames.blocks) <= maxBytes

export function lz4Codec(library: () => NativeLz4 | null): CompressionCodec {
  return {
    // The library knows one level only; Kafka's higher ones compress better, not differently.
    compress: (data) => library()?.compressFrameSync(data) ?? encodeFrame(data),
    compressAsync: async (data) => (await library()?.compressFrame(data)) ?? encodeFrame(data),

    decompress(data, maxBytes, options) {
      const frames = readFrames(data, options?.ignoreHeaderChecksum ?? false)
      const quick = suitsNative(frames, maxBytes) ? library() : null
      if (quick === null) return decodeFrames(data, frames, maxBytes)
      try {
        return quick.decompressFrameSync(data)
      } catch {
        // It is stricter than Kafka (content checksum): our own decoder has the last word.
        return decodeFrames(data, frames, maxBytes)
      }
    },

    async decompressAsync(data, maxBytes, options) {
      const frames = readFrames(data, options?.ignoreHeaderChecksum ?? false)
      const quick = suitsNative(frames, maxBytes) ? library() : null
      if (quick === null) return decodeFrames(data, frames, maxBytes)
      try {
        return await quick.decompressFrame(data)
      } catch {
        return decodeFrames(data, frames, maxBytes)
      }
    }
  }
}

export const lz4 = lz4Codec(loadNative)
