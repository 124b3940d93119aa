// `.log` files and metadata snapshots: every batch, its CRC, the order of offsets, and the records when asked for.
import { isUtf8 } from 'node:buffer'
import { MalformedError } from '../../bytes/reader.ts'
import { KafkaError } from '../../error-codes.ts'
import { recordsOf } from '../../records/iterate.ts'
import type { RecordView } from '../../records/record-view.ts'
import { type BatchSummary, batchFields, summaryOf } from './batch-fields.ts'
import { type BatchAt, LogFile } from './log-file.ts'
import type { Fields, Report } from './report.ts'
import { decodeControl, decodeStored, internalTopicOf, type Topic } from './stored-records.ts'

export interface DumpFlags {
  readonly records?: boolean
  readonly raw?: boolean
}

export interface Watcher {
  onProgress(doneBytes: number, totalBytes: number): void
}

export async function dumpBatches(path: string, flags: DumpFlags, report: Report, watcher: Watcher): Promise<void> {
  const topic = flags.raw ? undefined : internalTopicOf(path)
  const file = new LogFile(path)
  try {
    let previous: BatchSummary | undefined
    for (const batch of file.batches()) {
      const summary = summaryOf(batch)
      await report.entry('batch', batchFields(batch, summary))
      await checkBatch(summary, previous, report)
      if (flags.records && summary.isCrcValid) await dumpRecords(batch, summary, topic, report)
      previous = summary
      watcher.onProgress(summary.position + summary.sizeBytes, file.sizeBytes)
    }
    const { tail } = file
    if (tail?.isZero) await report.note(`${tail.sizeBytes} zero bytes from position ${tail.position}: never written`)
    else if (tail) {
      await report.problem(`${tail.sizeBytes} bytes from position ${tail.position} are no batch: ${tail.reason}`)
    }
  } finally {
    file.close()
  }
}

async function checkBatch(summary: BatchSummary, previous: BatchSummary | undefined, report: Report): Promise<void> {
  const where = `the batch at position ${summary.position}`
  if (!summary.isCrcValid) await report.problem(`${where} has a wrong CRC`)
  if (summary.lastOffset < summary.baseOffset) await report.problem(`${where} ends before it begins`)
  if (previous !== undefined && summary.baseOffset <= previous.lastOffset) {
    await report.problem(
      `${where} begins at offset ${summary.baseOffset}, the one before ends at ${previous.lastOffset}`
    )
  }
}

async function dumpRecords(
  batch: BatchAt,
  summary: BatchSummary,
  topic: Topic | undefined,
  report: Report
): Promise<void> {
  try {
    for (const record of recordsOf(batch.buffer, batch.start)) {
      await report.entry('record', recordFields(record, summary, topic), '| ')
    }
  } catch (error) {
    if (!(error instanceof KafkaError || error instanceof MalformedError)) throw error
    await report.problem(`the records of the batch at position ${summary.position} cannot be read: ${error.message}`)
  }
}

function recordFields(record: RecordView, { isControl }: BatchSummary, topic: Topic | undefined): Fields {
  const place = { offset: record.offset, timestamp: record.timestampMs }
  const decoded = isControl ? decodeControl(record) : topic === undefined ? undefined : decodeStored(topic, record)
  if (decoded !== undefined) return { ...place, ...decoded }
  const headers = record.headers.map(({ key, value }) => ({ key, value: bytesText(value) }))
  return {
    ...place,
    key: bytesText(record.key),
    value: bytesText(record.value),
    ...(headers.length > 0 && { headers })
  }
}

/** Text as it is; anything else, and text that would not stay on its line, in base64. */
function bytesText(bytes: Buffer | null): unknown {
  if (bytes === null) return null
  const text = isUtf8(bytes) ? bytes.toString() : undefined
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text !== undefined && !/[\u0000-\u0008\u000a-\u001f]/.test(text) ? text : { base64: bytes.toString('base64') }
}
