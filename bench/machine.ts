// What a number was measured on: stands above every table.
import { cpus, release, totalmem, type } from 'node:os'

export function machine(): string {
  const processors = cpus()
  const memoryGb = (totalmem() / 1e9).toFixed(0)
  return `${processors.length} x ${processors[0]?.model.trim()}, ${memoryGb} GB, ${type()} ${release()}, node ${process.version}`
}
