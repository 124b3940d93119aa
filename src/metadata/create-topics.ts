// CreateTopics: every refusal of the controller, in its order and words, and the records of what is created.
import { KafkaError } from '../error-codes.ts'
import { alterTopicConfigs } from './alter-configs.ts'
import { type CommandContext, type CommandResult, checkRecordCount, randomUuid } from './command-context.ts'
import { encodeRecord } from './metadata-records.ts'
import { checkActiveReplica, checkManualAssignment, newPartition, placeReplicas } from './replica-assignment.ts'
import { topicNameError } from './topic-name.ts'

export interface ReplicaAssignment {
  readonly partitionIndex: number
  readonly brokerIds: readonly number[]
}

export interface CreateTopicSpec {
  readonly name: string
  /** -1 takes num.partitions; must be -1 with assignments. */
  readonly numPartitions?: number
  /** -1 takes default.replication.factor; must be -1 with assignments. */
  readonly replicationFactor?: number
  readonly assignments?: readonly ReplicaAssignment[]
  readonly configs?: readonly { readonly name: string; readonly value: string | null }[]
}

export type CreateTopicOutcome =
  | { readonly name: string; readonly error: KafkaError }
  | {
      readonly name: string
      readonly error?: undefined
      readonly topicId: string
      readonly numPartitions: number
      readonly replicationFactor: number
      readonly configs: ReadonlyMap<string, string>
    }

const PARTITIONS_MAX = 10_000

/** The specs have different names. Throws KafkaError when the request as a whole is refused. */
export function createTopics(
  context: CommandContext,
  specs: readonly CreateTopicSpec[]
): CommandResult<CreateTopicOutcome[]> {
  checkPartitionCount(context, specs)
  const records: Buffer[] = []
  const outcome = specs.map((spec): CreateTopicOutcome => {
    try {
      const created = createTopic(context, spec)
      records.push(...created.records)
      return created.outcome
    } catch (error) {
      if (error instanceof KafkaError) return { name: spec.name, error }
      throw error
    }
  })
  checkRecordCount(records)
  return { records, outcome }
}

function checkPartitionCount({ config }: CommandContext, specs: readonly CreateTopicSpec[]): void {
  let partitions = 0
  for (const { assignments = [], numPartitions = -1 } of specs) {
    if (assignments.length > 0) partitions += assignments.length
    else partitions += numPartitions === -1 ? config.int('num.partitions') : Math.max(0, numPartitions)
  }
  if (partitions > PARTITIONS_MAX) {
    throw new KafkaError('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
  }
}

function createTopic(context: CommandContext, spec: CreateTopicSpec): CommandResult<CreateTopicOutcome> {
  checkName(context, spec.name)
  const configs = creationConfigs(spec)
  const configRecords = configs.size === 0 ? [] : alterTopicConfigs(context, spec.name, configs)
  const replicas = spec.assignments?.length ? assignedReplicas(context, spec) : chosenReplicas(context, spec)
  const topicId = randomUuid(context.random)
  const records = [
    encodeRecord('topic', 0, { name: spec.name, topicId }),
    ...configRecords,
    ...replicas.map((ids, partitionId) => newPartition(context, topicId, partitionId, ids))
  ]
  const outcome = {
    name: spec.name,
    topicId,
    numPartitions: replicas.length,
    replicationFactor: replicas[0].length,
    configs
  }
  return { records, outcome }
}

function checkName({ image }: CommandContext, name: string): void {
  if (image.topic(name) !== undefined) {
    throw new KafkaError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
  }
  const colliding = image.collidingTopic(name)
  if (colliding !== undefined) {
    throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${colliding}`)
  }
  const nameError = topicNameError(name)
  if (nameError !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', nameError)
}

function creationConfigs({ configs = [] }: CreateTopicSpec): Map<string, string> {
  const nulls = configs.filter(({ value }) => value === null).map(({ name }) => name)
  if (nulls.length > 0) {
    throw new KafkaError('INVALID_CONFIG', `Null value not supported for topic configs: ${nulls.join(',')}`)
  }
  return new Map(configs.map(({ name, value }) => [name, value ?? '']))
}

/** The replicas of each partition, as the request names them. */
function assignedReplicas(context: CommandContext, spec: CreateTopicSpec): (readonly number[])[] {
  const assigned = 'A manual partition assignment was specified, but'
  if ((spec.replicationFactor ?? -1) !== -1) {
    throw new KafkaError('INVALID_REQUEST', `${assigned} replication factor was not set to -1.`)
  }
  if ((spec.numPartitions ?? -1) !== -1) {
    throw new KafkaError('INVALID_REQUEST', `${assigned} numPartitions was not set to -1.`)
  }
  const byPartition = new Map<number, readonly number[]>()
  let replicationFactor: number | undefined
  for (const { partitionIndex, brokerIds } of spec.assignments ?? []) {
    if (byPartition.has(partitionIndex)) {
      const message = `Found multiple manual partition assignments for partition ${partitionIndex}`
      throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', message)
    }
    checkManualAssignment(context, brokerIds, replicationFactor)
    replicationFactor = brokerIds.length
    checkActiveReplica(context, brokerIds, partitionIndex)
    byPartition.set(partitionIndex, brokerIds)
  }
  return Array.from({ length: byPartition.size }, (_, partition) => {
    const replicas = byPartition.get(partition)
    if (replicas !== undefined) return replicas
    throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', 'partitions should be a consecutive 0-based integer sequence')
  })
}

function chosenReplicas(context: CommandContext, spec: CreateTopicSpec): (readonly number[])[] {
  const { numPartitions = -1, replicationFactor = -1 } = spec
  if (replicationFactor < -1 || replicationFactor === 0) {
    const message = 'Replication factor must be larger than 0, or -1 to use the default value.'
    throw new KafkaError('INVALID_REPLICATION_FACTOR', message)
  }
  if (numPartitions < -1 || numPartitions === 0) {
    throw new KafkaError('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.')
  }
  const count = numPartitions === -1 ? context.config.int('num.partitions') : numPartitions
  const factor = replicationFactor === -1 ? context.config.int('default.replication.factor') : replicationFactor
  const replicas = placeReplicas(context, factor)
  return Array.from({ length: count }, () => replicas)
}
