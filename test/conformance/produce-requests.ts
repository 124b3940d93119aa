// Produce requests in every version: topics by name up to version 12, by id from 13 on (KIP-516).
import type { Connection } from '../../src/client/connection.ts'
import { errorName } from '../../src/error-codes.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import type { RequestInitOf, ResponseOf } from '../../src/protocol/schema.ts'
import { batchOf } from './batches.ts'
import { latest } from './served-versions.ts'
import type { Topic } from './topics.ts'
import { request } from './wire.ts'

export type ProduceOutcome = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number]

export interface ProduceOptions {
  version?: number
  partition?: number
  acks?: number
  timeoutMs?: number
  transactionalId?: string | null
  connection?: Connection
}

export function produceRequest(
  topic: Topic,
  records: Buffer | null,
  options: ProduceOptions = {}
): RequestInitOf<typeof produce> {
  const version = options.version ?? latest(produce)
  const partitionData = [{ index: options.partition ?? 0, records }]
  return {
    transactionalId: options.transactionalId ?? null,
    acks: options.acks ?? -1,
    timeoutMs: options.timeoutMs ?? 10_000,
    topicData: [version >= 13 ? { topicId: topic.topicId, partitionData } : { name: topic.name, partitionData }]
  }
}

/** Sends one partition's records and returns that partition's answer. */
export async function produceTo(
  topic: Topic,
  records: Buffer | null,
  options: ProduceOptions = {}
): Promise<ProduceOutcome> {
  const version = options.version ?? latest(produce)
  const body = produceRequest(topic, records, options)
  const response = await (options.connection?.request(produce, version, body) ?? request(produce, version, body))
  return response.responses[0].partitionResponses[0]
}

/** For tests that only need data in the log. */
export async function fill(topic: Topic, values: readonly string[], options: ProduceOptions = {}): Promise<number> {
  const outcome = await produceTo(topic, batchOf(values), options)
  if (outcome.errorCode !== 0) throw new Error(`produce to ${topic.name}: ${errorName(outcome.errorCode)}`)
  return outcome.baseOffset
}
