// Where replicas go. There is one broker: what is checked is what Apache Kafka's controller checks with one registered,
// unfenced broker.
import { KafkaError } from '../error-codes.ts'
import type { CommandContext } from './command-context.ts'
import { UNASSIGNED_DIRECTORY } from './leadership.ts'
import { encodeRecord } from './metadata-records.ts'

/** The replicas of one partition, chosen by the broker. */
export function placeReplicas(context: CommandContext, replicationFactor: number): readonly number[] {
  const unable = `Unable to replicate the partition ${replicationFactor} time(s): `
  const placed = placementError(context, replicationFactor)
  if (placed !== undefined) throw new KafkaError('INVALID_REPLICATION_FACTOR', unable + placed)
  return chooseReplicas(context, replicationFactor)
}

/** This broker first; after a move from a larger cluster there may be others, fenced. */
export function chooseReplicas({ image, nodeId }: CommandContext, replicationFactor: number): readonly number[] {
  const others = Array.from(image.brokers(), ({ brokerId }) => brokerId).filter((brokerId) => brokerId !== nodeId)
  return [nodeId, ...others].slice(0, replicationFactor)
}

/** As the replica placer says it; undefined when the replicas can be placed. */
export function placementError({ image }: CommandContext, replicationFactor: number): string | undefined {
  const brokers = [...image.brokers()]
  if (replicationFactor <= 0)
    return `Invalid replication factor ${replicationFactor}: the replication factor must be positive.`
  if (brokers.every((broker) => broker.fenced)) {
    return 'All brokers are currently fenced, or have all their log directories cordoned.'
  }
  if (replicationFactor > brokers.length) {
    const registered = `only ${brokers.length} broker(s) are registered or some brokers have all their log directories cordoned.`
    return `The target replication factor of ${replicationFactor} cannot be reached because ${registered}`
  }
  return undefined
}

/** Refuses a manual assignment of one partition; `replicationFactor` is that of the partitions before it. */
export function checkManualAssignment(
  { image }: CommandContext,
  replicas: readonly number[],
  replicationFactor: number | undefined
): void {
  const refuse = (what: string) =>
    new KafkaError('INVALID_REPLICA_ASSIGNMENT', `The manual partition assignment ${what}`)
  if (replicas.length === 0) throw refuse('includes an empty replica list.')
  let previous: number | undefined
  for (const brokerId of replicas.toSorted((a, b) => a - b)) {
    if (image.broker(brokerId) === undefined) {
      throw refuse(`includes broker ${brokerId}, but no such broker is registered.`)
    }
    if (brokerId === previous) throw refuse(`includes the broker ${brokerId} more than once.`)
    previous = brokerId
  }
  if (replicationFactor !== undefined && replicas.length !== replicationFactor) {
    const here = `includes a partition with ${replicas.length} replica(s)`
    const before = `this is not consistent with previous partitions, which have ${replicationFactor} replica(s).`
    throw refuse(`${here}, but ${before}`)
  }
}

function isActive({ image }: CommandContext, brokerId: number): boolean {
  const broker = image.broker(brokerId)
  return broker !== undefined && !broker.fenced && !broker.inControlledShutdown
}

/** Refuses a partition none of whose replicas could lead. */
export function checkActiveReplica(context: CommandContext, replicas: readonly number[], partition: number): void {
  if (replicas.some((brokerId) => isActive(context, brokerId))) return
  const which = `All brokers specified in the manual partition assignment for partition ${partition}`
  throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', `${which} are fenced or in controlled shutdown.`)
}

/** The record of a new partition, led by its first replica that is alive. */
export function newPartition(
  context: CommandContext,
  topicId: string,
  partitionId: number,
  replicas: readonly number[]
): Buffer {
  const { versions, directoryId, nodeId } = context
  const isr = replicas.filter((brokerId) => isActive(context, brokerId))
  return encodeRecord('partition', versions.partition, {
    partitionId,
    topicId,
    replicas,
    isr,
    leader: isr[0],
    leaderEpoch: 0,
    partitionEpoch: 0,
    ...(versions.partition >= 1
      ? { directories: replicas.map((id) => (id === nodeId ? directoryId : UNASSIGNED_DIRECTORY)) }
      : {})
  })
}
