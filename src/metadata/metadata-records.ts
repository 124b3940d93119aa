// Records of the metadata log. A record's value is `uvarint 1` (frame version), `uvarint apiKey`, `uvarint version` and
// the flexible body; key and headers are never used.
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { recordCodec } from '../protocol/compile.ts'
import type { RecordInitOf, RecordOf, RecordSchema } from '../protocol/schema.ts'
import { abortTransactionRecord } from '../protocol/stored/abort-transaction-record.ts'
import { accessControlEntryRecord } from '../protocol/stored/access-control-entry-record.ts'
import { beginTransactionRecord } from '../protocol/stored/begin-transaction-record.ts'
import { brokerRegistrationChangeRecord } from '../protocol/stored/broker-registration-change-record.ts'
import { clearElrRecord } from '../protocol/stored/clear-elr-record.ts'
import { clientQuotaRecord } from '../protocol/stored/client-quota-record.ts'
import { configRecord } from '../protocol/stored/config-record.ts'
import { delegationTokenRecord } from '../protocol/stored/delegation-token-record.ts'
import { endTransactionRecord } from '../protocol/stored/end-transaction-record.ts'
import { featureLevelRecord } from '../protocol/stored/feature-level-record.ts'
import { fenceBrokerRecord } from '../protocol/stored/fence-broker-record.ts'
import { noOpRecord } from '../protocol/stored/no-op-record.ts'
import { partitionChangeRecord } from '../protocol/stored/partition-change-record.ts'
import { partitionRecord } from '../protocol/stored/partition-record.ts'
import { producerIdsRecord } from '../protocol/stored/producer-ids-record.ts'
import { registerBrokerRecord } from '../protocol/stored/register-broker-record.ts'
import { registerControllerRecord } from '../protocol/stored/register-controller-record.ts'
import { removeAccessControlEntryRecord } from '../protocol/stored/remove-access-control-entry-record.ts'
import { removeDelegationTokenRecord } from '../protocol/stored/remove-delegation-token-record.ts'
import { removeTopicRecord } from '../protocol/stored/remove-topic-record.ts'
import { removeUserScramCredentialRecord } from '../protocol/stored/remove-user-scram-credential-record.ts'
import { topicRecord } from '../protocol/stored/topic-record.ts'
import { unfenceBrokerRecord } from '../protocol/stored/unfence-broker-record.ts'
import { unregisterBrokerRecord } from '../protocol/stored/unregister-broker-record.ts'
import { userScramCredentialRecord } from '../protocol/stored/user-scram-credential-record.ts'
import { zkMigrationStateRecord } from '../protocol/stored/zk-migration-state-record.ts'
import { inVersions } from '../protocol/versions.ts'

const schemas = {
  abortTransaction: abortTransactionRecord,
  accessControlEntry: accessControlEntryRecord,
  beginTransaction: beginTransactionRecord,
  brokerRegistrationChange: brokerRegistrationChangeRecord,
  clearElr: clearElrRecord,
  clientQuota: clientQuotaRecord,
  config: configRecord,
  delegationToken: delegationTokenRecord,
  endTransaction: endTransactionRecord,
  featureLevel: featureLevelRecord,
  fenceBroker: fenceBrokerRecord,
  noOp: noOpRecord,
  partition: partitionRecord,
  partitionChange: partitionChangeRecord,
  producerIds: producerIdsRecord,
  registerBroker: registerBrokerRecord,
  registerController: registerControllerRecord,
  removeAccessControlEntry: removeAccessControlEntryRecord,
  removeDelegationToken: removeDelegationTokenRecord,
  removeTopic: removeTopicRecord,
  removeUserScramCredential: removeUserScramCredentialRecord,
  topic: topicRecord,
  unfenceBroker: unfenceBrokerRecord,
  unregisterBroker: unregisterBrokerRecord,
  userScramCredential: userScramCredentialRecord,
  zkMigrationState: zkMigrationStateRecord
} as const

type Schemas = typeof schemas
export type RecordKind = keyof Schemas

/** A decoded record: `kind` tells what `data` holds. */
export type MetadataRecord = {
  [K in RecordKind]: { readonly kind: K; readonly version: number; readonly data: RecordOf<Schemas[K]> }
}[RecordKind]

export type RecordData<K extends RecordKind> = RecordOf<Schemas[K]>

const kindByApiKey = new Map<number, RecordKind>(
  Object.entries(schemas).map(([kind, schema]) => [schema.key, kind as RecordKind])
)

const FRAME_VERSION = 1

/** The metadata log holds something that this version of the broker cannot understand, or that contradicts itself. */
export class MetadataLogError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MetadataLogError'
  }
}

/** A record's value for the log. */
export function encodeRecord<K extends RecordKind>(kind: K, version: number, data: RecordInitOf<Schemas[K]>): Buffer {
  const schema: RecordSchema = schemas[kind]
  const writer = new Writer(96)
  writer.unsignedVarint(FRAME_VERSION)
  writer.unsignedVarint(schema.key)
  writer.unsignedVarint(version)
  recordCodec(schema, version).encode(writer, data)
  return writer.toBuffer()
}

export function decodeRecord(value: Buffer): MetadataRecord {
  const reader = new Reader(value)
  const frameVersion = reader.unsignedVarint()
  if (frameVersion !== FRAME_VERSION) throw new MetadataLogError(`metadata record with frame version ${frameVersion}`)
  const apiKey = reader.unsignedVarint()
  const version = reader.unsignedVarint()
  const kind = kindByApiKey.get(apiKey)
  if (kind === undefined) throw new MetadataLogError(`unknown metadata record type ${apiKey}`)
  const schema: RecordSchema = schemas[kind]
  if (!inVersions(schema.versions, version)) {
    throw new MetadataLogError(`${schema.name} version ${version}: this broker knows ${schema.versions}`)
  }
  const data = recordCodec(schema, version).decode(reader)
  if (reader.remaining > 0) throw new MetadataLogError(`${reader.remaining} bytes after the end of a ${schema.name}`)
  return { kind, version, data } as MetadataRecord
}
