// CreatePartitions: more partitions for existing topics, with the controller's refusals in its order and words.
import { KafkaError } from '../error-codes.ts'
import { type CommandContext, type CommandResult, checkRecordCount } from './command-context.ts'
import {
  checkActiveReplica,
  checkManualAssignment,
  chooseReplicas,
  newPartition,
  placementError
} from './replica-assignment.ts'

export interface CreatePartitionsSpec {
  readonly name: string
  /** The number of partitions there shall be, not how many are added. */
  readonly count: number
  /** Brokers of each added partition; null lets the broker choose. */
  readonly assignments: readonly (readonly number[])[] | null
}

export interface CreatePartitionsOutcome {
  readonly name: string
  readonly error?: KafkaError
}

export function createPartitions(
  context: CommandContext,
  specs: readonly CreatePartitionsSpec[]
): CommandResult<CreatePartitionsOutcome[]> {
  const records: Buffer[] = []
  const outcome = specs.map((spec): CreatePartitionsOutcome => {
    const answer = addOrRefuse(context, spec, records)
    checkRecordCount(records)
    return answer
  })
  return { records, outcome }
}

function addOrRefuse(context: CommandContext, spec: CreatePartitionsSpec, records: Buffer[]): CreatePartitionsOutcome {
  try {
    records.push(...addPartitions(context, spec))
    return { name: spec.name }
  } catch (error) {
    if (error instanceof KafkaError) return { name: spec.name, error }
    throw error
  }
}

function addPartitions(context: CommandContext, { name, count, assignments }: CreatePartitionsSpec): Buffer[] {
  const topic = context.image.topic(name)
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')
  const current = topic.partitions.length
  if (count === current) throw new KafkaError('INVALID_PARTITIONS', `Topic already has ${current} partition(s).`)
  if (count < current) {
    const message = `The topic ${name} currently has ${current} partition(s); ${count} would not be an increase.`
    throw new KafkaError('INVALID_PARTITIONS', message)
  }
  const added = count - current
  if (assignments !== null && assignments.length !== added) {
    const message = `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`
    throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', message)
  }
  // Before anything is made of them: one request may ask for two thousand million.
  checkRecordCount({ length: added })
  const replicationFactor = topic.partitions[0].replicas.length
  const replicas =
    assignments === null
      ? placed(context, added, replicationFactor)
      : assigned(context, assignments, replicationFactor, current)
  return replicas.map((ids, index) => newPartition(context, topic.topicId, current + index, ids))
}

function placed(context: CommandContext, added: number, replicationFactor: number): (readonly number[])[] {
  const error = placementError(context, replicationFactor)
  if (error !== undefined) throw new KafkaError('INVALID_REPLICATION_FACTOR', error)
  const replicas = chooseReplicas(context, replicationFactor)
  return Array.from({ length: added }, () => replicas)
}

function assigned(
  context: CommandContext,
  assignments: readonly (readonly number[])[],
  replicationFactor: number,
  firstPartition: number
): readonly (readonly number[])[] {
  for (const [index, replicas] of assignments.entries()) {
    checkManualAssignment(context, replicas, replicationFactor)
    checkActiveReplica(context, replicas, firstPartition + index)
  }
  return assignments
}
