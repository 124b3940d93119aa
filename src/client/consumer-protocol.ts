// The bytes that group members put into JoinGroup and SyncGroup: int16 version, then the schema at that version. A
// newer version than ours is read as our newest; what it added comes behind.
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { recordCodec, versionRange } from '../protocol/compile.ts'
import type { RecordInitOf, RecordOf, RecordSchema } from '../protocol/schema.ts'
import { consumerProtocolAssignment } from '../protocol/stored/consumer-protocol-assignment.ts'
import { consumerProtocolSubscription } from '../protocol/stored/consumer-protocol-subscription.ts'
import type { TopicPartition } from './leaders.ts'

function encode<R extends RecordSchema>(schema: R, version: number, value: RecordInitOf<R>): Buffer {
  const writer = new Writer()
  writer.int16(version)
  recordCodec(schema, version).encode(writer, value)
  return writer.toBuffer()
}

function decode<R extends RecordSchema>(schema: R, data: Buffer): RecordOf<R> {
  const reader = new Reader(data)
  const version = Math.min(reader.int16(), versionRange(schema.versions).max)
  return recordCodec(schema, version).decode(reader)
}

export function encodeSubscription(topics: readonly string[]): Buffer {
  return encode(consumerProtocolSubscription, 1, { topics: [...topics].sort() })
}

export function decodeSubscription(data: Buffer): string[] {
  return decode(consumerProtocolSubscription, data).topics
}

export function encodeAssignment(partitions: ReadonlyMap<string, readonly number[]>): Buffer {
  const assignedPartitions = [...partitions].map(([topic, indexes]) => ({ topic, partitions: indexes }))
  return encode(consumerProtocolAssignment, 1, { assignedPartitions })
}

/** Empty bytes are an empty assignment. */
export function decodeAssignment(data: Buffer): TopicPartition[] {
  if (data.length === 0) return []
  return decode(consumerProtocolAssignment, data).assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition }))
  )
}
