// Loading a shard: its whole log, replayed. Transactions are taken as they stand: records of a producer are handed on
// with its id, commit and abort markers end them. Nothing is ever rewritten, so what is skipped here survives.
import type { Logger } from '../ports.ts'
import { isControl, producerId } from '../records/batch-header.ts'
import { batches, recordsOf } from '../records/iterate.ts'
import type { Deadline } from './deadline-queue.ts'
import type { CoordinatorLog, CoordinatorShard, RecordFormat } from './shard.ts'
import { UnknownRecordTypeError } from './stored-record.ts'

// Control record keys: int16 version, int16 type.
const ABORT = 0
const COMMIT = 1

interface LoadOptions<R, D extends Deadline> {
  readonly shard: CoordinatorShard<R, D>
  readonly log: CoordinatorLog
  readonly format: RecordFormat<R>
  readonly logger: Logger
  readonly topic: string
}

export interface Loaded {
  readonly recordCount: number
  /** Record types without a state machine here, and how many records of each were skipped. */
  readonly skipped: ReadonlyMap<number, number>
}

export function loadShard<R, D extends Deadline>(options: LoadOptions<R, D>): Loaded {
  const { shard, log, format, logger, topic } = options
  const skipped = new Map<number, number>()
  let recordCount = 0
  log.readAll((buffer) => {
    for (const position of batches(buffer)) {
      const ofProducer = producerId(buffer, position)
      if (isControl(buffer, position)) {
        for (const { key } of recordsOf(buffer, position)) {
          recordCount++
          const type = key === null || key.length < 4 ? -1 : key.readInt16BE(2)
          if (type === COMMIT || type === ABORT) shard.replayEndOfTransaction(ofProducer, type === COMMIT)
        }
        continue
      }
      for (const { key, value, offset } of recordsOf(buffer, position)) {
        recordCount++
        try {
          if (key === null) throw new Error(`a record without key at offset ${offset}`)
          shard.replay(format.decode(key, value), { offset, producerId: ofProducer })
        } catch (error) {
          if (!(error instanceof UnknownRecordTypeError)) throw error
          skipped.set(error.recordType, (skipped.get(error.recordType) ?? 0) + 1)
        }
      }
    }
  })
  for (const [recordType, count] of skipped) {
    logger.warn('skipped records of a type that this broker does not know; they stay in the log', {
      topic,
      partition: shard.partition,
      recordType,
      count
    })
  }
  return { recordCount, skipped }
}
