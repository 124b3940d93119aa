// The compression types of record batches, by their number in the attributes. Importing this loads no library: each
// codec does on its first use.
import type { CompressionCodec, DecompressOptions } from './compression/codec.ts'
import { gzipCodec } from './compression/gzip.ts'
import { lz4 } from './compression/lz4.ts'
import { snappy } from './compression/snappy.ts'
import { zstd } from './compression/zstd.ts'
import { MalformedError } from './reader.ts'

export const COMPRESSION_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CompressionName = (typeof COMPRESSION_NAMES)[number]

/** What one batch may grow to unless the caller says otherwise: far above any sane batch, far below a bomb's aim. */
export const DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024

const none: CompressionCodec = {
  compress: (data) => data,
  compressAsync: async (data) => data,
  decompress: (data) => data,
  decompressAsync: async (data) => data
}

const codecs: readonly CompressionCodec[] = [none, gzipCodec, snappy, lz4, zstd]

/** `codec` is the low three bits of a batch's attributes. */
function codecOf(codec: number): CompressionCodec {
  const known = codecs[codec]
  if (known === undefined) throw new MalformedError(`unknown compression type id: ${codec}`)
  return known
}

/** Throws MalformedError for bad input, and for input that would grow beyond `maxBytes`. */
export function decompress(
  codec: number,
  data: Buffer,
  maxBytes: number = DECOMPRESSED_BYTES_MAX,
  options?: DecompressOptions
): Buffer {
  return codecOf(codec).decompress(data, maxBytes, options)
}

export function compress(codec: number, data: Buffer, level?: number): Buffer {
  return codecOf(codec).compress(data, level)
}

/** Off the event loop where the codec's library can. */
export async function decompressAsync(
  codec: number,
  data: Buffer,
  maxBytes: number = DECOMPRESSED_BYTES_MAX,
  options?: DecompressOptions
): Promise<Buffer> {
  return codecOf(codec).decompressAsync(data, maxBytes, options)
}

export async function compressAsync(codec: number, data: Buffer, level?: number): Promise<Buffer> {
  return codecOf(codec).compressAsync(data, level)
}
