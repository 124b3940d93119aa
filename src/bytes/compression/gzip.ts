// gzip: node's own zlib. Several members behind each other are read as one stream, as Java does.
import { type CompressionCodec, malformed, tooLarge } from './codec.ts'

const DEFAULT_LEVEL = -1 // zlib's own choice, 6

/** Looked up on use: loading zlib is dear at start. */
const zlib = () => process.getBuiltinModule('node:zlib')

export const gzipCodec: CompressionCodec = {
  compress: (data, level = DEFAULT_LEVEL) => zlib().gzipSync(data, { level }),

  compressAsync: (data, level = DEFAULT_LEVEL) =>
    new Promise((resolve, reject) => {
      zlib().gzip(data, { level }, (error, result) => (error === null ? resolve(result) : reject(error)))
    }),

  decompress(data, maxBytes) {
    try {
      return zlib().gunzipSync(data, { maxOutputLength: maxBytes })
    } catch (error) {
      throw gunzipError(error, maxBytes)
    }
  },

  decompressAsync: (data, maxBytes) =>
    new Promise((resolve, reject) => {
      zlib().gunzip(data, { maxOutputLength: maxBytes }, (error, result) => {
        if (error === null) resolve(result)
        else reject(gunzipError(error, maxBytes))
      })
    })
}

function gunzipError(error: unknown, maxBytes: number): Error {
  const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
  return isTooLarge ? tooLarge(maxBytes) : malformed('gzip', error)
}
