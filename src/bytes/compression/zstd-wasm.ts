// zstd for Node versions whose zlib lacks it (before 22.15): libzstd as WebAssembly, started synchronously because
// batches are also decompressed where nothing can wait. Its memory grows to the largest batch seen and stays.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface ZstdLibrary {
  compress(data: Buffer, level: number): Buffer
  /** One frame, whose content is at most `boundBytes`. */
  decompress(frame: Buffer, boundBytes: number): Buffer
}

interface WasmPackage {
  compress(data: Uint8Array, level: number): Uint8Array
  decompress(data: Uint8Array, options: { defaultHeapSize: number }): Uint8Array
}

interface WasmModule {
  init(binary: Uint8Array): void
  instantiateWasm(imports: object, receive: (instance: object) => unknown): unknown
}

// The part of the global that is used here: its types come with the DOM's, which this project does without.
interface WebAssemblyGlobal {
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => object
}

export const ZSTD_WASM_PACKAGE = '@bokuweb/zstd-wasm'

export function loadZstdWasm(): ZstdLibrary {
  const require = createRequire(import.meta.url)
  const folder = dirname(require.resolve(ZSTD_WASM_PACKAGE))
  const { Module } = require(join(folder, 'module.js')) as { Module: WasmModule }
  const binary = readFileSync(join(folder, 'zstd.wasm'))
  // The package offers only an asynchronous start; this hook of its runtime replaces the step that makes it so.
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyGlobal }
  Module.instantiateWasm = (imports, receive) =>
    receive(new WebAssembly.Instance(new WebAssembly.Module(binary), imports))
  Module.init(binary)
  const library = require(ZSTD_WASM_PACKAGE) as WasmPackage
  return {
    compress: (data, level) => asBuffer(library.compress(data, level)),
    decompress: (frame, boundBytes) => asBuffer(library.decompress(frame, { defaultHeapSize: Math.max(boundBytes, 1) }))
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
