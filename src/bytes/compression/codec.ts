import { MalformedError } from '../reader.ts'

/** One compression type of record batches. Libraries are loaded when a method is first called, never on import. */
export interface CompressionCodec {
  compress(data: Buffer, level?: number): Buffer
  /** Off the event loop where the library can; a pure JavaScript fallback runs on it. */
  compressAsync(data: Buffer, level?: number): Promise<Buffer>
  /** Throws MalformedError for bad input and for input that would grow beyond `maxBytes`. */
  decompress(data: Buffer, maxBytes: number, options?: DecompressOptions): Buffer
  decompressAsync(data: Buffer, maxBytes: number, options?: DecompressOptions): Promise<Buffer>
}

export interface DecompressOptions {
  /** Message format v0: its LZ4 writers computed the frame header's checksum wrongly, so it is not looked at. */
  ignoreHeaderChecksum?: boolean
}

export function tooLarge(maxBytes: number): MalformedError {
  return new MalformedError(`decompresses to more than ${maxBytes} bytes`)
}

export function failTooLarge(maxBytes: number): never {
  throw tooLarge(maxBytes)
}

/** What a library throws on bad input, as ours. */
export function malformed(codecName: string, error: unknown): MalformedError {
  if (error instanceof MalformedError) return error
  return new MalformedError(`${codecName}: ${error instanceof Error ? error.message : String(error)}`)
}
