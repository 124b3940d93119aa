// The records of groups as this broker holds them, and their form in __consumer_offsets.
import { Reader } from '../../bytes/reader.ts'
import { type RecordOf, ZERO_UUID } from '../../protocol/schema.ts'
import { consumerGroupMetadataKey } from '../../protocol/stored/consumer-group-metadata.ts'
import { groupMetadataKey, groupMetadataValue } from '../../protocol/stored/group-metadata.ts'
import { legacyOffsetCommitKey, legacyOffsetCommitValue } from '../../protocol/stored/legacy-offset-commit.ts'
import { offsetCommitKey, offsetCommitValue } from '../../protocol/stored/offset-commit.ts'
import { shareGroupMetadataKey } from '../../protocol/stored/share-group-metadata.ts'
import { streamsGroupMetadataKey } from '../../protocol/stored/streams-group-metadata.ts'
import type { RecordInit } from '../../records/build-batch.ts'
import type { RecordFormat } from '../shard.ts'
import { decodeKey, decodeValue, encodeKey, encodeValue, UnknownRecordTypeError } from '../stored-record.ts'

export type OffsetCommitValue = RecordOf<typeof offsetCommitValue>
export type GroupMetadataValue = RecordOf<typeof groupMetadataValue>
export type MemberMetadata = GroupMetadataValue['members'][number]

export type GroupRecord =
  | {
      readonly type: 'offsetCommit'
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly value: OffsetCommitValue | null
    }
  | { readonly type: 'groupMetadata'; readonly group: string; readonly value: GroupMetadataValue | null }
  /** A consumer, share or streams group (KIP-848, 932, 1071) that Apache Kafka wrote; only that it exists is known. */
  | { readonly type: 'modernGroup'; readonly group: string; readonly exists: boolean }

// Apache Kafka 4.3.1 writes group metadata in version 3, offsets in 4, or in 1 when they carry an own expiry time,
// which later versions have no field for.
const GROUP_METADATA_VERSION = 3
const OFFSET_COMMIT_VERSION = 4
const OFFSET_COMMIT_VERSION_WITH_EXPIRY = 1

export const offsetTombstone = (group: string, topic: string, partition: number): GroupRecord => ({
  type: 'offsetCommit',
  group,
  topic,
  partition,
  value: null
})

export const groupMetadataTombstone = (group: string): GroupRecord => ({ type: 'groupMetadata', group, value: null })

function encode(record: GroupRecord): RecordInit {
  switch (record.type) {
    case 'groupMetadata': {
      const key = encodeKey(groupMetadataKey, { group: record.group })
      const { value } = record
      return { key, value: value === null ? null : encodeValue(groupMetadataValue, GROUP_METADATA_VERSION, value) }
    }
    case 'offsetCommit': {
      const { group, topic, partition, value } = record
      const key = encodeKey(offsetCommitKey, { group, topic, partition })
      if (value === null) return { key, value }
      const version = value.expireTimestamp === -1 ? OFFSET_COMMIT_VERSION : OFFSET_COMMIT_VERSION_WITH_EXPIRY
      return { key, value: encodeValue(offsetCommitValue, version, value) }
    }
    case 'modernGroup':
      throw new Error('groups of another kind are read, never written')
  }
}

/** From before Kafka 0.9: the same as an offset commit, only with fewer fields. */
function decodeLegacyOffset(value: Buffer): OffsetCommitValue {
  const { offset, metadata, commitTimestamp } = decodeValue(legacyOffsetCommitValue, value)
  return { offset, metadata, commitTimestamp, leaderEpoch: -1, expireTimestamp: -1, topicId: ZERO_UUID }
}

function decode(key: Buffer, value: Buffer | null): GroupRecord {
  const reader = new Reader(key)
  const type = reader.int16()
  switch (type) {
    case legacyOffsetCommitKey.key: {
      const fields = decodeKey(legacyOffsetCommitKey, reader)
      return { type: 'offsetCommit', ...fields, value: value === null ? null : decodeLegacyOffset(value) }
    }
    case offsetCommitKey.key: {
      const fields = decodeKey(offsetCommitKey, reader)
      return { type: 'offsetCommit', ...fields, value: value === null ? null : decodeValue(offsetCommitValue, value) }
    }
    case groupMetadataKey.key: {
      const { group } = decodeKey(groupMetadataKey, reader)
      return { type: 'groupMetadata', group, value: value === null ? null : decodeValue(groupMetadataValue, value) }
    }
    case consumerGroupMetadataKey.key:
    case shareGroupMetadataKey.key:
    case streamsGroupMetadataKey.key: {
      const { groupId } = decodeKey(consumerGroupMetadataKey, reader) // The three keys have one layout.
      return { type: 'modernGroup', group: groupId, exists: value !== null }
    }
    default:
      throw new UnknownRecordTypeError(type)
  }
}

export const groupRecordFormat: RecordFormat<GroupRecord> = { encode, decode }
