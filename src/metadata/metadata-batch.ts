// Batches of the metadata log: no producer, no compression, every record at the batch's own time.
import { buildBatch, type RecordInit } from '../records/build-batch.ts'

export interface BatchPlace {
  readonly baseOffset: number
  readonly leaderEpoch: number
  readonly timestampMs: number
}

export function dataBatch(values: readonly Buffer[], place: BatchPlace): Buffer {
  return buildBatch({
    records: values.map((value) => ({ value })),
    baseOffset: place.baseOffset,
    partitionLeaderEpoch: place.leaderEpoch,
    timestampMs: place.timestampMs
  })
}

export function controlBatch(records: readonly RecordInit[], place: BatchPlace): Buffer {
  return buildBatch({
    records,
    control: true,
    baseOffset: place.baseOffset,
    partitionLeaderEpoch: place.leaderEpoch,
    timestampMs: place.timestampMs
  })
}
