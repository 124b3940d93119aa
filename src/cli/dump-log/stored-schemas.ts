// The schemas of the records that Kafka keeps in its internal topics, by their type.
import type { RecordSchema } from '../../protocol/schema.ts'
import { abortTransactionRecord } from '../../protocol/stored/abort-transaction-record.ts'
import { accessControlEntryRecord } from '../../protocol/stored/access-control-entry-record.ts'
import { beginTransactionRecord } from '../../protocol/stored/begin-transaction-record.ts'
import { brokerRegistrationChangeRecord } from '../../protocol/stored/broker-registration-change-record.ts'
import { clearElrRecord } from '../../protocol/stored/clear-elr-record.ts'
import { clientQuotaRecord } from '../../protocol/stored/client-quota-record.ts'
import { configRecord } from '../../protocol/stored/config-record.ts'
import {
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue
} from '../../protocol/stored/consumer-group-current-member-assignment.ts'
import {
  consumerGroupMemberMetadataKey,
  consumerGroupMemberMetadataValue
} from '../../protocol/stored/consumer-group-member-metadata.ts'
import { consumerGroupMetadataKey, consumerGroupMetadataValue } from '../../protocol/stored/consumer-group-metadata.ts'
import {
  consumerGroupPartitionMetadataKey,
  consumerGroupPartitionMetadataValue
} from '../../protocol/stored/consumer-group-partition-metadata.ts'
import {
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue
} from '../../protocol/stored/consumer-group-regular-expression.ts'
import {
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue
} from '../../protocol/stored/consumer-group-target-assignment-member.ts'
import {
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue
} from '../../protocol/stored/consumer-group-target-assignment-metadata.ts'
import { delegationTokenRecord } from '../../protocol/stored/delegation-token-record.ts'
import { endTransactionRecord } from '../../protocol/stored/end-transaction-record.ts'
import { endTxnMarker } from '../../protocol/stored/end-txn-marker.ts'
import { featureLevelRecord } from '../../protocol/stored/feature-level-record.ts'
import { fenceBrokerRecord } from '../../protocol/stored/fence-broker-record.ts'
import { groupMetadataKey, groupMetadataValue } from '../../protocol/stored/group-metadata.ts'
import { kRaftVersionRecord } from '../../protocol/stored/kraft-version-record.ts'
import { leaderChangeMessage } from '../../protocol/stored/leader-change-message.ts'
import { legacyOffsetCommitKey, legacyOffsetCommitValue } from '../../protocol/stored/legacy-offset-commit.ts'
import { noOpRecord } from '../../protocol/stored/no-op-record.ts'
import { offsetCommitKey, offsetCommitValue } from '../../protocol/stored/offset-commit.ts'
import { partitionChangeRecord } from '../../protocol/stored/partition-change-record.ts'
import { partitionRecord } from '../../protocol/stored/partition-record.ts'
import { producerIdsRecord } from '../../protocol/stored/producer-ids-record.ts'
import { registerBrokerRecord } from '../../protocol/stored/register-broker-record.ts'
import { registerControllerRecord } from '../../protocol/stored/register-controller-record.ts'
import { removeAccessControlEntryRecord } from '../../protocol/stored/remove-access-control-entry-record.ts'
import { removeDelegationTokenRecord } from '../../protocol/stored/remove-delegation-token-record.ts'
import { removeTopicRecord } from '../../protocol/stored/remove-topic-record.ts'
import { removeUserScramCredentialRecord } from '../../protocol/stored/remove-user-scram-credential-record.ts'
import {
  shareGroupCurrentMemberAssignmentKey,
  shareGroupCurrentMemberAssignmentValue
} from '../../protocol/stored/share-group-current-member-assignment.ts'
import {
  shareGroupMemberMetadataKey,
  shareGroupMemberMetadataValue
} from '../../protocol/stored/share-group-member-metadata.ts'
import { shareGroupMetadataKey, shareGroupMetadataValue } from '../../protocol/stored/share-group-metadata.ts'
import {
  shareGroupStatePartitionMetadataKey,
  shareGroupStatePartitionMetadataValue
} from '../../protocol/stored/share-group-state-partition-metadata.ts'
import {
  shareGroupTargetAssignmentMemberKey,
  shareGroupTargetAssignmentMemberValue
} from '../../protocol/stored/share-group-target-assignment-member.ts'
import {
  shareGroupTargetAssignmentMetadataKey,
  shareGroupTargetAssignmentMetadataValue
} from '../../protocol/stored/share-group-target-assignment-metadata.ts'
import { shareSnapshotKey, shareSnapshotValue } from '../../protocol/stored/share-snapshot.ts'
import { shareUpdateKey, shareUpdateValue } from '../../protocol/stored/share-update.ts'
import { snapshotFooterRecord } from '../../protocol/stored/snapshot-footer-record.ts'
import { snapshotHeaderRecord } from '../../protocol/stored/snapshot-header-record.ts'
import {
  streamsGroupCurrentMemberAssignmentKey,
  streamsGroupCurrentMemberAssignmentValue
} from '../../protocol/stored/streams-group-current-member-assignment.ts'
import {
  streamsGroupMemberMetadataKey,
  streamsGroupMemberMetadataValue
} from '../../protocol/stored/streams-group-member-metadata.ts'
import { streamsGroupMetadataKey, streamsGroupMetadataValue } from '../../protocol/stored/streams-group-metadata.ts'
import {
  streamsGroupTargetAssignmentMemberKey,
  streamsGroupTargetAssignmentMemberValue
} from '../../protocol/stored/streams-group-target-assignment-member.ts'
import {
  streamsGroupTargetAssignmentMetadataKey,
  streamsGroupTargetAssignmentMetadataValue
} from '../../protocol/stored/streams-group-target-assignment-metadata.ts'
import { streamsGroupTopologyKey, streamsGroupTopologyValue } from '../../protocol/stored/streams-group-topology.ts'
import { topicRecord } from '../../protocol/stored/topic-record.ts'
import { transactionLogKey, transactionLogValue } from '../../protocol/stored/transaction-log.ts'
import { unfenceBrokerRecord } from '../../protocol/stored/unfence-broker-record.ts'
import { unregisterBrokerRecord } from '../../protocol/stored/unregister-broker-record.ts'
import { userScramCredentialRecord } from '../../protocol/stored/user-scram-credential-record.ts'
import { votersRecord } from '../../protocol/stored/voters-record.ts'
import { zkMigrationStateRecord } from '../../protocol/stored/zk-migration-state-record.ts'

export interface SchemaPair {
  readonly key: RecordSchema
  readonly value: RecordSchema
}

// A schema of particular fields is a schema; what is read here is only printed.
const schema = (of: object): RecordSchema => of as RecordSchema
const pair = (key: object, value: object): SchemaPair => ({ key: schema(key), value: schema(value) })
const byKey = (pairs: readonly SchemaPair[]): ReadonlyMap<number, SchemaPair> =>
  new Map(pairs.map((of) => [of.key.key, of]))

/** `__consumer_offsets`: every kind of group. */
export const groupSchemas = byKey([
  pair(consumerGroupCurrentMemberAssignmentKey, consumerGroupCurrentMemberAssignmentValue),
  pair(consumerGroupMemberMetadataKey, consumerGroupMemberMetadataValue),
  pair(consumerGroupMetadataKey, consumerGroupMetadataValue),
  pair(consumerGroupPartitionMetadataKey, consumerGroupPartitionMetadataValue),
  pair(consumerGroupRegularExpressionKey, consumerGroupRegularExpressionValue),
  pair(consumerGroupTargetAssignmentMemberKey, consumerGroupTargetAssignmentMemberValue),
  pair(consumerGroupTargetAssignmentMetadataKey, consumerGroupTargetAssignmentMetadataValue),
  pair(groupMetadataKey, groupMetadataValue),
  pair(legacyOffsetCommitKey, legacyOffsetCommitValue),
  pair(offsetCommitKey, offsetCommitValue),
  pair(shareGroupCurrentMemberAssignmentKey, shareGroupCurrentMemberAssignmentValue),
  pair(shareGroupMemberMetadataKey, shareGroupMemberMetadataValue),
  pair(shareGroupMetadataKey, shareGroupMetadataValue),
  pair(shareGroupStatePartitionMetadataKey, shareGroupStatePartitionMetadataValue),
  pair(shareGroupTargetAssignmentMemberKey, shareGroupTargetAssignmentMemberValue),
  pair(shareGroupTargetAssignmentMetadataKey, shareGroupTargetAssignmentMetadataValue),
  pair(streamsGroupCurrentMemberAssignmentKey, streamsGroupCurrentMemberAssignmentValue),
  pair(streamsGroupMemberMetadataKey, streamsGroupMemberMetadataValue),
  pair(streamsGroupMetadataKey, streamsGroupMetadataValue),
  pair(streamsGroupTargetAssignmentMemberKey, streamsGroupTargetAssignmentMemberValue),
  pair(streamsGroupTargetAssignmentMetadataKey, streamsGroupTargetAssignmentMetadataValue),
  pair(streamsGroupTopologyKey, streamsGroupTopologyValue)
])

/** `__transaction_state`. */
export const transactionSchemas = byKey([pair(transactionLogKey, transactionLogValue)])

/** `__share_group_state`. */
export const shareSchemas = byKey([pair(shareSnapshotKey, shareSnapshotValue), pair(shareUpdateKey, shareUpdateValue)])

/** `__cluster_metadata` and its snapshots. */
export const metadataSchemas: ReadonlyMap<number, RecordSchema> = new Map(
  [
    registerBrokerRecord,
    unregisterBrokerRecord,
    topicRecord,
    partitionRecord,
    configRecord,
    partitionChangeRecord,
    accessControlEntryRecord,
    fenceBrokerRecord,
    unfenceBrokerRecord,
    removeTopicRecord,
    delegationTokenRecord,
    userScramCredentialRecord,
    featureLevelRecord,
    clientQuotaRecord,
    producerIdsRecord,
    brokerRegistrationChangeRecord,
    removeAccessControlEntryRecord,
    noOpRecord,
    zkMigrationStateRecord,
    removeUserScramCredentialRecord,
    beginTransactionRecord,
    endTransactionRecord,
    abortTransactionRecord,
    removeDelegationTokenRecord,
    registerControllerRecord,
    clearElrRecord
  ].map((of) => [of.key, schema(of)])
)

export interface ControlSchema {
  readonly name: string
  readonly schema: RecordSchema
  /** The version is the value's first field; else it stands before the value. */
  readonly isVersionInValue: boolean
}

const control = (name: string, of: object, isVersionInValue: boolean): ControlSchema => ({
  name,
  schema: schema(of),
  isVersionInValue
})

/** Control records by the type in their key. */
export const controlSchemas: ReadonlyMap<number, ControlSchema> = new Map([
  [0, control('ABORT', endTxnMarker, false)],
  [1, control('COMMIT', endTxnMarker, false)],
  [2, control('LEADER_CHANGE', leaderChangeMessage, true)],
  [3, control('SNAPSHOT_HEADER', snapshotHeaderRecord, true)],
  [4, control('SNAPSHOT_FOOTER', snapshotFooterRecord, true)],
  [5, control('KRAFT_VERSION', kRaftVersionRecord, true)],
  [6, control('KRAFT_VOTERS', votersRecord, true)]
])
