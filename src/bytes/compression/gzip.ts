// gzip: node's own zlib. Several members behind each other are read as one stream, as Java does.
import { promisify } from 'node:util'
import { constants, gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib'
import { type CompressionCodec, failTooLarge, malformed } from './codec.ts'

const gzipAsync = promisify<Buffer, { level: number }, Buffer>(gzip)
const gunzipAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)

export const gzipCodec: CompressionCodec = {
  compress: (data, level = constants.Z_DEFAULT_COMPRESSION) => gzipSync(data, { level }),

  compressAsync: (data, level = constants.Z_DEFAULT_COMPRESSION) => gzipAsync(data, { level }),

  decompress(data, maxBytes) {
    try {
      return gunzipSync(data, { maxOutputLength: maxBytes })
    } catch (error) {
      throw gunzipError(error, maxBytes)
    }
  },

  async decompressAsync(data, maxBytes) {
    try {
      return await gunzipAsync(data, { maxOutputLength: maxBytes })
    } catch (error) {
      throw gunzipError(error, maxBytes)
    }
  }
}

function gunzipError(error: unknown, maxBytes: number): Error {
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') failTooLarge(maxBytes)
  return malformed('gzip', error)
}
