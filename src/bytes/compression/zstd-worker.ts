// The WebAssembly build of zstd on a thread of its own, for Node versions whose zlib lacks zstd: recompressing a large
// batch must not hold up the event loop. The thread starts with the first job and never keeps the process alive idle.
import { createRequire } from 'node:module'
import type { Worker } from 'node:worker_threads'
import { ZSTD_WASM_PACKAGE } from './zstd-wasm.ts'

interface Job {
  readonly resolve: (result: Buffer) => void
  readonly reject: (error: Error) => void
}

interface Answer {
  readonly id: number
  readonly result?: Uint8Array
  readonly error?: string
}

// As text, not as a file: a bundle has no file of its own for it.
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads')
const zstd = require(workerData)
const ready = zstd.init()
parentPort.on('message', async ({ id, data, level, boundBytes }) => {
  try {
    await ready
    const result = boundBytes === undefined
      ? zstd.compress(data, level)
      : zstd.decompress(data, { defaultHeapSize: Math.max(boundBytes, 1) })
    parentPort.postMessage({ id, result }, [result.buffer])
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message || error) })
  }
})`

let worker: Worker | undefined
let nextId = 0
const jobs = new Map<number, Job>()

export function compressOnThread(data: Buffer, level: number): Promise<Buffer> {
  return run({ data, level })
}

/** One frame, whose content is at most `boundBytes`. */
export function decompressOnThread(frame: Buffer, boundBytes: number): Promise<Buffer> {
  return run({ data: frame, boundBytes })
}

function run(task: { data: Buffer; level?: number; boundBytes?: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    worker ??= start()
    const id = nextId++
    jobs.set(id, { resolve, reject })
    worker.ref()
    // A copy of its own: sending a view would copy all of the memory that it is a view of.
    const data = new Uint8Array(task.data)
    worker.postMessage({ ...task, data, id }, [data.buffer])
  })
}

function start(): Worker {
  const library = createRequire(import.meta.url).resolve(ZSTD_WASM_PACKAGE)
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads')
  const started = new Thread(PROGRAM, { eval: true, workerData: library })
  started.unref()
  started.on('message', ({ id, result, error }: Answer) => {
    const job = jobs.get(id)
    jobs.delete(id)
    if (jobs.size === 0) started.unref()
    if (result !== undefined) job?.resolve(Buffer.from(result.buffer, result.byteOffset, result.byteLength))
    else job?.reject(new Error(error))
  })
  started.on('error', (error) => {
    worker = undefined
    for (const job of jobs.values()) job.reject(error)
    jobs.clear()
  })
  return started
}
