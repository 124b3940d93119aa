// What the JavaScript drivers share: the command line, records in, events out.
import { createInterface } from 'node:readline'

export const parse = () => ({ bootstrap: process.argv[2], command: process.argv[3], args: process.argv.slice(4) })
export const emit = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
export const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** NDJSON records from standard input in batches: one batch a run of lines, at most 500. */
export async function* readRecords() {
  let batch = []
  for await (const line of createInterface({ input: process.stdin })) {
    batch.push(JSON.parse(line))
    if (batch.length === 500) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

export const untilTerminated = () => new Promise((resolve) => process.once('SIGTERM', resolve))
