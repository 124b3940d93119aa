// Fetch requests in every version: topics by name up to version 12, by id from 13 on (KIP-516).
import type { Connection } from '../../src/client/connection.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import type { RequestInitOf, ResponseOf } from '../../src/protocol/schema.ts'
import { latest } from './served-versions.ts'
import type { Topic } from './topics.ts'
import { request } from './wire.ts'

export type FetchResponse = ResponseOf<typeof fetch>
export type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]

export interface FetchPartition {
  topic: Topic
  partition?: number
  offset?: number
  partitionMaxBytes?: number
  currentLeaderEpoch?: number
  lastFetchedEpoch?: number
}

export interface FetchOptions {
  version?: number
  maxWaitMs?: number
  minBytes?: number
  maxBytes?: number
  isolationLevel?: number
  sessionId?: number
  sessionEpoch?: number
  forgotten?: readonly FetchPartition[]
  connection?: Connection
}

const topicKey = (topic: Topic, version: number) => (version >= 13 ? { topicId: topic.topicId } : { topic: topic.name })

export function fetchRequest(
  partitions: readonly FetchPartition[],
  version: number,
  options: FetchOptions
): RequestInitOf<typeof fetch> {
  const session = version >= 7 ? { sessionId: options.sessionId, sessionEpoch: options.sessionEpoch } : {}
  const forgotten = options.forgotten?.map(({ topic, partition = 0 }) => ({
    ...(version >= 13 ? { topicId: topic.topicId } : { topic: topic.name }),
    partitions: [partition]
  }))
  return {
    maxWaitMs: options.maxWaitMs ?? 0,
    minBytes: options.minBytes ?? 0,
    maxBytes: options.maxBytes ?? 50 * 1024 * 1024,
    isolationLevel: options.isolationLevel ?? 0,
    ...session,
    ...(forgotten === undefined ? {} : { forgottenTopicsData: forgotten }),
    topics: partitions.map(({ topic, partition = 0, offset = 0, partitionMaxBytes = 1024 * 1024, ...epochs }) => ({
      ...topicKey(topic, version),
      partitions: [{ partition, fetchOffset: offset, partitionMaxBytes, ...epochs }]
    }))
  }
}

export function fetchAll(partitions: readonly FetchPartition[], options: FetchOptions = {}): Promise<FetchResponse> {
  const version = options.version ?? latest(fetch)
  const body = fetchRequest(partitions, version, options)
  return options.connection?.request(fetch, version, body) ?? request(fetch, version, body)
}

/** Fetches one partition and returns its part of the answer. */
export async function fetchFrom(
  topic: Topic,
  options: FetchOptions & Omit<FetchPartition, 'topic'> = {}
): Promise<FetchedPartition> {
  const { partition, offset, partitionMaxBytes, currentLeaderEpoch, lastFetchedEpoch, ...rest } = options
  const epochs = {
    ...(currentLeaderEpoch === undefined ? {} : { currentLeaderEpoch }),
    ...(lastFetchedEpoch === undefined ? {} : { lastFetchedEpoch })
  }
  const response = await fetchAll([{ topic, partition, offset, partitionMaxBytes, ...epochs }], rest)
  if (response.responses.length === 0)
    throw new Error(`fetch of ${topic.name}: error ${response.errorCode}, no partition`)
  return response.responses[0].partitions[0]
}
