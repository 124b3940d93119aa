// The APIs under test and the versions of them that Apache Kafka 4.3.1 has a schema for.
// What ApiVersions says differs in one place: it also names Produce 0 to 2 (KAFKA-18659), which no broker of this version can read.
import { test } from 'vitest'
import type { AnyApi } from '../../src/protocol/schema.ts'

export const servedVersions: Readonly<Record<string, readonly [min: number, max: number]>> = {
  Produce: [3, 13],
  Fetch: [4, 18],
  ListOffsets: [1, 11],
  Metadata: [0, 13],
  OffsetCommit: [2, 10],
  OffsetFetch: [1, 10],
  FindCoordinator: [0, 6],
  JoinGroup: [0, 9],
  Heartbeat: [0, 4],
  LeaveGroup: [0, 5],
  SyncGroup: [0, 5],
  DescribeGroups: [0, 6],
  ListGroups: [0, 5],
  SaslHandshake: [0, 1],
  ApiVersions: [0, 4],
  CreateTopics: [2, 7],
  DeleteTopics: [1, 6],
  DeleteRecords: [0, 2],
  InitProducerId: [0, 5],
  AddPartitionsToTxn: [0, 5],
  AddOffsetsToTxn: [0, 4],
  EndTxn: [0, 5],
  WriteTxnMarkers: [1, 2],
  TxnOffsetCommit: [0, 5],
  DescribeTransactions: [0, 0],
  ListTransactions: [0, 2],
  OffsetForLeaderEpoch: [2, 4],
  SaslAuthenticate: [0, 2],
  DescribeConfigs: [1, 4],
  AlterConfigs: [0, 2],
  CreatePartitions: [0, 3],
  DeleteGroups: [0, 2],
  IncrementalAlterConfigs: [0, 1],
  OffsetDelete: [0, 0],
  DescribeCluster: [0, 2],
  DescribeTopicPartitions: [0, 0]
}

export function versionsOf(api: AnyApi, from = 0, to = Number.MAX_SAFE_INTEGER): number[] {
  const [min, max] = servedVersions[api.name]
  return Array.from({ length: max - min + 1 }, (_, index) => min + index).filter((v) => v >= from && v <= to)
}

export function latest(api: AnyApi): number {
  return servedVersions[api.name][1]
}

/** One test per served version; `range` narrows them to those in which the outcome is the same. */
export function testEachVersion(
  api: AnyApi,
  title: string,
  run: (version: number) => Promise<void>,
  range: { from?: number; to?: number } = {}
): void {
  test.each(versionsOf(api, range.from, range.to))(`${title} (v%i)`, run)
}
