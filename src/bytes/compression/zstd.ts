// zstd: node:zlib where it has it (Node 22.15 and later), else libzstd as WebAssembly, which for the asynchronous
// functions runs on a thread of its own.
import { type CompressionCodec, failTooLarge, malformed } from './codec.ts'
import { type ZstdFrame, zstdFrames } from './zstd-frames.ts'
import { loadZstdWasm, type ZstdLibrary } from './zstd-wasm.ts'
import { compressOnThread, decompressOnThread } from './zstd-worker.ts'

const DEFAULT_LEVEL = 3
// zlib.constants.ZSTD_c_compressionLevel, spelled out for the types of Nodes that lack it.
const COMPRESSION_LEVEL_PARAMETER = 100

type Done = (error: Error | null, result: Buffer) => void
interface ZlibZstd {
  zstdCompressSync(data: Buffer, options: object): Buffer
  zstdDecompressSync(data: Buffer, options: object): Buffer
  zstdCompress(data: Buffer, options: object, done: Done): void
  zstdDecompress(data: Buffer, options: object, done: Done): void
}

/** Where this Node's zlib has zstd. Looked up on use: loading zlib is dear at start. */
function inZlib(): ZlibZstd | undefined {
  const zlib = process.getBuiltinModule('node:zlib')
  return 'zstdDecompressSync' in zlib ? (zlib as unknown as ZlibZstd) : undefined
}

const levelOption = (level: number) => ({ params: { [COMPRESSION_LEVEL_PARAMETER]: level } })
const boundOption = (boundBytes: number) => ({ maxOutputLength: Math.max(boundBytes, 1) })

let library: ZstdLibrary | undefined

function load(): ZstdLibrary {
  const zlib = inZlib()
  if (zlib === undefined) return loadZstdWasm()
  return {
    compress: (data, level) => zlib.zstdCompressSync(data, levelOption(level)),
    decompress: (frame, boundBytes) => zlib.zstdDecompressSync(frame, boundOption(boundBytes))
  }
}

function loaded(): ZstdLibrary {
  library ??= load()
  return library
}

const promised = (start: (done: Done) => void): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    start((error, result) => (error === null ? resolve(result) : reject(error)))
  })

function compressElsewhere(data: Buffer, level: number): Promise<Buffer> {
  const zlib = inZlib()
  if (zlib === undefined) return compressOnThread(data, level)
  return promised((done) => zlib.zstdCompress(data, levelOption(level), done))
}

function decompressElsewhere(frame: Buffer, boundBytes: number): Promise<Buffer> {
  const zlib = inZlib()
  if (zlib === undefined) return decompressOnThread(frame, boundBytes)
  return promised((done) => zlib.zstdDecompress(frame, boundOption(boundBytes), done))
}

/** How much room a frame gets, given what is left of the caller's bound. */
function roomFor(frame: ZstdFrame, left: number, maxBytes: number): number {
  if (frame.isExact && frame.boundBytes > left) failTooLarge(maxBytes)
  return Math.min(frame.boundBytes, left)
}

/** A frame that may hold more than was left most likely failed because it does. */
function failure(error: unknown, frame: ZstdFrame, left: number, maxBytes: number): never {
  if (frame.boundBytes > left) failTooLarge(maxBytes)
  throw malformed('zstd', error)
}

const joined = (parts: Buffer[]) => (parts.length === 1 ? parts[0] : Buffer.concat(parts))

export const zstd: CompressionCodec = {
  compress: (data, level = DEFAULT_LEVEL) => loaded().compress(data, level),

  compressAsync: (data, level = DEFAULT_LEVEL) => compressElsewhere(data, level),

  decompress(data, maxBytes) {
    const parts: Buffer[] = []
    let left = maxBytes
    for (const frame of zstdFrames(data)) {
      const room = roomFor(frame, left, maxBytes)
      try {
        parts.push(loaded().decompress(data.subarray(frame.start, frame.end), room))
      } catch (error) {
        failure(error, frame, left, maxBytes)
      }
      left -= parts[parts.length - 1].length
    }
    return joined(parts)
  },

  async decompressAsync(data, maxBytes) {
    const parts: Buffer[] = []
    let left = maxBytes
    for (const frame of zstdFrames(data)) {
      const room = roomFor(frame, left, maxBytes)
      try {
        parts.push(await decompressElsewhere(data.subarray(frame.start, frame.end), room))
      } catch (error) {
        failure(error, frame, left, maxBytes)
      }
      left -= parts[parts.length - 1].length
    }
    return joined(parts)
  }
}
