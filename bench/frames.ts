// Prebuilt requests, whole frames with their size in front.

import { encodeRequest } from '../src/protocol/frame.ts'
import { createTopics } from '../src/protocol/messages/create-topics.ts'
import { fetch } from '../src/protocol/messages/fetch.ts'
import { produce } from '../src/protocol/messages/produce.ts'
import { buildBatch } from '../src/records/build-batch.ts'

export const PRODUCE_VERSION = 11
export const FETCH_VERSION = 12
export const CREATE_TOPICS_VERSION = 7

const clientId = 'odradek-bench'

/** Text that no codec and no page sharing can make disappear. */
function payload(bytes: number): Buffer {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789 \n'
  let state = 1
  return Buffer.from(
    Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return letters.charCodeAt((state >> 8) % letters.length)
    })
  )
}

export function recordBatch(recordBytes: number, batchBytes: number): Buffer {
  const value = payload(recordBytes)
  const count = Math.max(1, Math.floor(batchBytes / recordBytes))
  return buildBatch({ records: Array.from({ length: count }, () => ({ value })), timestampMs: Date.now() })
}

export function produceFrame(topic: string, partition: number, records: Buffer, acks = -1): Buffer {
  return Buffer.concat(
    encodeRequest(produce, PRODUCE_VERSION, 1, clientId, {
      transactionalId: null,
      acks,
      timeoutMs: 30_000,
      topicData: [{ name: topic, partitionData: [{ index: partition, records }] }]
    })
  )
}

export interface FetchFrame {
  topic: string
  partition: number
  fetchOffset: number
  maxWaitMs: number
  partitionMaxBytes: number
}

export function fetchFrame({ topic, partition, fetchOffset, maxWaitMs, partitionMaxBytes }: FetchFrame): Buffer {
  return Buffer.concat(
    encodeRequest(fetch, FETCH_VERSION, 1, clientId, {
      replicaId: -1,
      maxWaitMs,
      minBytes: 1,
      maxBytes: 50 << 20,
      isolationLevel: 0,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topic,
          partitions: [{ partition, currentLeaderEpoch: -1, fetchOffset, logStartOffset: -1, partitionMaxBytes }]
        }
      ],
      forgottenTopicsData: [],
      rackId: ''
    })
  )
}

export function createTopicFrame(topic: string, numPartitions: number): Buffer {
  return Buffer.concat(
    encodeRequest(createTopics, CREATE_TOPICS_VERSION, 1, clientId, {
      topics: [{ name: topic, numPartitions, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 60_000,
      validateOnly: false
    })
  )
}
