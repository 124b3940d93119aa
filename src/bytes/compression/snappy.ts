// Snappy, raw or in xerial framing when read, always framed when written. Native when the optional library is there.
import { createRequire } from 'node:module'
import { MalformedError, Reader } from '../reader.ts'
import { type CompressionCodec, failTooLarge, malformed } from './codec.ts'
import { loadOptional } from './load-optional.ts'
import { xerialBlocks, xerialPieces, xerialStream } from './xerial.ts'

/** Of one raw block. */
interface BlockLibrary {
  compress(block: Buffer): Buffer
  uncompress(block: Buffer, uncompressedBytes: number): Buffer
  compressAsync(block: Buffer): Promise<Buffer>
  uncompressAsync(block: Buffer, uncompressedBytes: number): Promise<Buffer>
}

interface NativeSnappy {
  compressSync(block: Buffer): Buffer
  uncompressSync(block: Buffer, options: { asBuffer: true }): Buffer
  compress(block: Buffer): Promise<Buffer>
  uncompress(block: Buffer, options: { asBuffer: true }): Promise<Buffer>
}

interface SnappyJs {
  compress(block: Uint8Array): Uint8Array
  uncompress(block: Uint8Array, maxBytes: number): Uint8Array
}

let library: BlockLibrary | undefined

function load(): BlockLibrary {
  const native = loadOptional<NativeSnappy>('snappy')
  return native === null ? inJavaScript() : inNative(native)
}

function inNative(native: NativeSnappy): BlockLibrary {
  return {
    compress: (block) => native.compressSync(block),
    uncompress: (block) => native.uncompressSync(block, { asBuffer: true }),
    compressAsync: (block) => native.compress(block),
    uncompressAsync: (block) => native.uncompress(block, { asBuffer: true })
  }
}

export function inJavaScript(): BlockLibrary {
  const snappyjs = createRequire(import.meta.url)('snappyjs') as SnappyJs
  const compress = (block: Buffer) => asBuffer(snappyjs.compress(block))
  const uncompress = (block: Buffer, size: number) => asBuffer(snappyjs.uncompress(block, size))
  return {
    compress,
    uncompress,
    compressAsync: async (block) => compress(block),
    uncompressAsync: async (block, size) => uncompress(block, size)
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Each block says what it grows to; the sum is checked before anything is decompressed. */
function sizesOf(blocks: readonly Buffer[], maxBytes: number): number[] {
  const sizes = blocks.map((block) => new Reader(block).unsignedVarint())
  if (sizes.reduce((sum, size) => sum + size, 0) > maxBytes) failTooLarge(maxBytes)
  // A copy of up to 64 bytes takes three bytes, a longer one is split: no valid block grows more than this.
  sizes.forEach((size, index) => {
    if (size > blocks[index].length * 32) throw new MalformedError(`snappy: a block that claims ${size} bytes`)
  })
  return sizes
}

function join(parts: readonly Buffer[], sizes: readonly number[]): Buffer {
  parts.forEach((part, index) => {
    if (part.length !== sizes[index]) throw new MalformedError('snappy: a block shorter than it claims')
  })
  return parts.length === 1 ? parts[0] : Buffer.concat(parts)
}

export function snappyCodec(use: () => BlockLibrary): CompressionCodec {
  return {
    compress: (data) => xerialStream(xerialPieces(data).map((piece) => use().compress(piece))),

    compressAsync: async (data) =>
      xerialStream(await Promise.all(xerialPieces(data).map((piece) => use().compressAsync(piece)))),

    decompress(data, maxBytes) {
      try {
        const blocks = xerialBlocks(data)
        const sizes = sizesOf(blocks, maxBytes)
        const parts = blocks.map((block, index) => use().uncompress(block, sizes[index]))
        return join(parts, sizes)
      } catch (error) {
        throw malformed('snappy', error)
      }
    },

    async decompressAsync(data, maxBytes) {
      try {
        const blocks = xerialBlocks(data)
        const sizes = sizesOf(blocks, maxBytes)
        const parts = await Promise.all(blocks.map((block, index) => use().uncompressAsync(block, sizes[index])))
        return join(parts, sizes)
      } catch (error) {
        throw malformed('snappy', error)
      }
    }
  }
}

/** Native where it loads. */
export const snappy = snappyCodec(() => {
  library ??= load()
  return library
})
