// zstd: node:zlib where it has it (Node 22.15 and later), else libzstd as WebAssembly.
import zlib from 'node:zlib'
import { type CompressionCodec, failTooLarge, malformed } from './codec.ts'
import { type ZstdFrame, zstdFrames } from './zstd-frames.ts'
import { loadZstdWasm, type ZstdLibrary } from './zstd-wasm.ts'

const DEFAULT_LEVEL = 3
// zlib.constants.ZSTD_c_compressionLevel, spelled out for the types of Nodes that lack it.
const COMPRESSION_LEVEL_PARAMETER = 100

type Done = (error: Error | null, result: Buffer) => void
interface ZlibZstd {
  zstdCompressSync(data: Buffer, options: object): Buffer
  zstdDecompressSync(data: Buffer, options: object): Buffer
  zstdCompress(data: Buffer, options: object, done: Done): void
}

const inZlib = (): ZlibZstd | undefined => ('zstdDecompressSync' in zlib ? (zlib as unknown as ZlibZstd) : undefined)

const levelOption = (level: number) => ({ params: { [COMPRESSION_LEVEL_PARAMETER]: level } })

let library: ZstdLibrary | undefined

function load(): ZstdLibrary {
  const own = inZlib()
  if (own === undefined) return loadZstdWasm()
  return {
    compress: (data, level) => own.zstdCompressSync(data, levelOption(level)),
    decompress: (frame, boundBytes) => own.zstdDecompressSync(frame, { maxOutputLength: Math.max(boundBytes, 1) })
  }
}

function loaded(): ZstdLibrary {
  library ??= load()
  return library
}

function decompress(data: Buffer, maxBytes: number): Buffer {
  const parts: Buffer[] = []
  let left = maxBytes
  for (const frame of zstdFrames(data)) {
    const content = decompressFrame(data, frame, left, maxBytes)
    left -= content.length
    parts.push(content)
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts)
}

function decompressFrame(data: Buffer, frame: ZstdFrame, left: number, maxBytes: number): Buffer {
  if (frame.isExact && frame.boundBytes > left) failTooLarge(maxBytes)
  try {
    return loaded().decompress(data.subarray(frame.start, frame.end), Math.min(frame.boundBytes, left))
  } catch (error) {
    if (frame.boundBytes > left) failTooLarge(maxBytes)
    throw malformed('zstd', error)
  }
}

export const zstd: CompressionCodec = {
  compress: (data, level = DEFAULT_LEVEL) => loaded().compress(data, level),

  compressAsync(data, level = DEFAULT_LEVEL) {
    const own = inZlib()
    if (own === undefined) return Promise.resolve(loaded().compress(data, level))
    return new Promise((resolve, reject) => {
      own.zstdCompress(data, levelOption(level), (error, result) => (error === null ? resolve(result) : reject(error)))
    })
  },

  decompress,

  decompressAsync: async (data, maxBytes) => decompress(data, maxBytes)
}
