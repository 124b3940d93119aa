// Control records: the markers that end transactions, and what the metadata log says about itself. A control batch holds
// one record for a marker, several in the metadata log. Key: i16 version, i16 type. Value by type; of the markers:
// i16 version, i32 coordinatorEpoch.

import { KafkaError } from '../error-codes.ts'
import { buildBatch } from './build-batch.ts'
import { recordsOf } from './iterate.ts'

export const ControlRecordType = {
  ABORT: 0,
  COMMIT: 1,
  LEADER_CHANGE: 2,
  SNAPSHOT_HEADER: 3,
  SNAPSHOT_FOOTER: 4,
  KRAFT_VERSION: 5,
  KRAFT_VOTERS: 6
} as const

export interface EndTransactionMarker {
  type: 'ABORT' | 'COMMIT'
  coordinatorEpoch: number
}

/** The key of a control record of the only version there is. */
export function controlRecordKey(type: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(type, 2)
  return key
}

/** The type in a control record's key; what later versions add is passed over. */
export function controlRecordType(key: Buffer | null): number {
  if (key === null || key.length < 4) {
    throw new KafkaError(
      'INVALID_RECORD',
      'Invalid value size found for control record key. Must have at least 4 bytes'
    )
  }
  return key.readInt16BE(2)
}

/** The marker in the control batch at `position`; undefined when compaction has emptied the batch. */
export function endTransactionMarker(buffer: Buffer, position: number): EndTransactionMarker | undefined {
  const { value: record } = recordsOf(buffer, position).next()
  if (record === undefined) return undefined
  const type = controlRecordType(record.key)
  if (type !== ControlRecordType.ABORT && type !== ControlRecordType.COMMIT) {
    throw new KafkaError('INVALID_RECORD', `Invalid control record type for end transaction marker: ${type}`)
  }
  if (record.value === null || record.value.length < 6) {
    throw new KafkaError('INVALID_RECORD', 'An end transaction marker must have a value of 6 bytes')
  }
  return { type: type === ControlRecordType.ABORT ? 'ABORT' : 'COMMIT', coordinatorEpoch: record.value.readInt32BE(2) }
}

export interface MarkerInit {
  type: 'ABORT' | 'COMMIT'
  producerId: number
  producerEpoch: number
  coordinatorEpoch: number
  timestampMs: number
}

/** The control batch that ends a producer's transaction in one partition. */
export function buildEndTransactionMarker(init: MarkerInit): Buffer {
  const value = Buffer.alloc(6)
  value.writeInt32BE(init.coordinatorEpoch, 2)
  return buildBatch({
    records: [{ key: controlRecordKey(ControlRecordType[init.type]), value, timestampMs: init.timestampMs }],
    producerId: init.producerId,
    producerEpoch: init.producerEpoch,
    transactional: true,
    control: true
  })
}
