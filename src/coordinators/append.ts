// Writes what a command wants written, in Apache Kafka's form: no producer (id -1, epoch -1) but base sequence 0, the
// records of one operation in one batch, its timestamp the time of writing. What belongs to a transaction carries its
// producer.
import { buildBatch, type RecordInit } from '../records/build-batch.ts'
import type { Deadline } from './deadline-queue.ts'
import type { Effect } from './outcome.ts'
import type { CoordinatorLog, CoordinatorShard, RecordFormat } from './shard.ts'

// A clean-up may produce any number of tombstones; a batch must stay under the smallest sensible max.message.bytes.
const CLEANUP_BATCH_BYTES = 256 * 1024

/** Brings what was appended to the disk. */
export type Sync = () => Promise<void>

/** Returns how to make it durable, where the log wants that before anyone is told. */
export function appendRecords<R, D extends Deadline>(
  effect: Effect<R>,
  log: CoordinatorLog,
  shard: CoordinatorShard<R, D>,
  format: RecordFormat<R>,
  nowMs: number,
  codec: number
): Sync | undefined {
  const { records, producer } = effect
  const producerId = producer?.producerId ?? -1
  const isAtomic = effect.isAtomic ?? true
  let inits: RecordInit[] = []
  let sizeBytes = 0
  let first = 0
  let sync: Sync | undefined
  const flush = (end: number): void => {
    const batch = buildBatch({
      ...{ records: inits, baseSequence: 0, codec, timestampMs: nowMs },
      ...(producer === undefined ? undefined : { ...producer, transactional: true })
    })
    const appended = log.append(batch)
    sync = appended.sync
    const firstOffset = appended.lastOffset - inits.length + 1
    for (let i = first; i < end; i++) shard.replay(records[i], { offset: firstOffset + i - first, producerId })
    first = end
    inits = []
    sizeBytes = 0
  }
  for (let i = 0; i < records.length; i++) {
    const init = format.encode(records[i])
    inits.push(init)
    sizeBytes += (init.key?.length ?? 0) + (init.value?.length ?? 0)
    if (!isAtomic && sizeBytes >= CLEANUP_BATCH_BYTES) flush(i + 1)
  }
  if (inits.length > 0) flush(records.length)
  return sync
}
