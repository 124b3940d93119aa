// What tests ask of a broker, whatever brings the requests there: plain values in and out, errors thrown by their names.
import { type ErrorCode, errorName, KafkaError } from '../../src/error-codes.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { incrementalAlterConfigs } from '../../src/protocol/messages/incremental-alter-configs.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import type { AnyApi, RequestInitOf, ResponseOf } from '../../src/protocol/schema.ts'

const SET = 0

export abstract class KafkaRequests {
  abstract ask<A extends AnyApi>(api: A, apiVersion: number, request: RequestInitOf<A>): Promise<ResponseOf<A>>

  /** The offset of the first record. */
  async produce(topic: string, partition: number, records: Buffer): Promise<number> {
    const partitionData = [{ index: partition, records: Buffer.from(records) }]
    const request = { transactionalId: null, acks: -1, timeoutMs: 10_000, topicData: [{ name: topic, partitionData }] }
    const { responses } = await this.ask(produce, 12, request)
    const [answer] = responses[0].partitionResponses
    check(answer.errorCode, answer.errorMessage)
    return answer.baseOffset
  }

  async createTopic(name: string, numPartitions: number, configs: Iterable<[string, string]>): Promise<string> {
    const topic = {
      ...{ name, numPartitions, replicationFactor: 1, assignments: [] },
      configs: Array.from(configs, ([key, value]) => ({ name: key, value }))
    }
    const { topics } = await this.ask(createTopics, 7, { topics: [topic], timeoutMs: 10_000, validateOnly: false })
    check(topics[0].errorCode, topics[0].errorMessage)
    return topics[0].topicId
  }

  async deleteTopic(name: string): Promise<void> {
    const { responses } = await this.ask(deleteTopics, 6, { topics: [{ name }], timeoutMs: 10_000 })
    check(responses[0].errorCode, responses[0].errorMessage)
  }

  async setConfig(topic: string, name: string, value: string): Promise<void> {
    const resource = { resourceType: 2, resourceName: topic, configs: [{ name, configOperation: SET, value }] }
    const request = { resources: [resource], validateOnly: false }
    const { responses } = await this.ask(incrementalAlterConfigs, 1, request)
    check(responses[0].errorCode, responses[0].errorMessage)
  }

  async deleteRecords(topic: string, partition: number, offset: number): Promise<void> {
    const topics = [{ name: topic, partitions: [{ partitionIndex: partition, offset }] }]
    const answer = await this.ask(deleteRecords, 2, { topics, timeoutMs: 10_000 })
    check(answer.topics[0].partitions[0].errorCode)
  }

  async newProducerId(): Promise<number> {
    const request = { transactionalId: null, transactionTimeoutMs: 0, producerId: -1, producerEpoch: -1 }
    const answer = await this.ask(initProducerId, 4, request)
    check(answer.errorCode)
    return answer.producerId
  }

  /** As a client without a group: it finds the coordinator and commits there. */
  async commit(groupId: string, topic: string, partition: number, offset: number): Promise<void> {
    const { coordinators } = await this.ask(findCoordinator, 4, { keyType: 0, coordinatorKeys: [groupId] })
    check(coordinators[0].errorCode, coordinators[0].errorMessage)
    const committed = {
      ...{ partitionIndex: partition, committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: 'm' }
    }
    const request = {
      ...{ groupId, generationIdOrMemberEpoch: -1, memberId: '', groupInstanceId: null, retentionTimeMs: -1 },
      topics: [{ name: topic, partitions: [committed] }]
    }
    const answer = await this.ask(offsetCommit, 8, request)
    check(answer.topics[0].partitions[0].errorCode)
  }

  /** By `topic-partition`. */
  async committed(groupId: string): Promise<Map<string, number>> {
    const group = { groupId, memberId: null, memberEpoch: -1, topics: null }
    const { groups } = await this.ask(offsetFetch, 8, { groups: [group], requireStable: false })
    check(groups[0].errorCode)
    const offsets = new Map<string, number>()
    for (const topic of groups[0].topics) {
      for (const { partitionIndex, committedOffset } of topic.partitions) {
        if (committedOffset >= 0) offsets.set(`${topic.name}-${partitionIndex}`, committedOffset)
      }
    }
    return offsets
  }
}

export function check(errorCode: number, message?: string | null): void {
  if (errorCode !== 0) throw new KafkaError(errorName(errorCode as ErrorCode), message ?? undefined)
}
