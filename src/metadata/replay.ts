// Replaying records is the only thing that changes the cluster image. The same code reads a whole log at start and
// applies each batch that is appended later.
import type { BrokerImage, ImageState, PartitionImage, TopicState } from './cluster-image.ts'
import { DeltaBuilder } from './delta.ts'
import { KRAFT_VERSION, supportedFeature } from './features.ts'
import { MetadataLogError, type MetadataRecord, type RecordData } from './metadata-records.ts'
import { ResourceType } from './resource-type.ts'
import { hasCollisionCharacters } from './topic-name.ts'

const none: readonly number[] = []

/** Most partitions of one node have the same lists: one copy of each is kept. */
const sharedLists = new Map<string, readonly number[]>()
const sharedDirectories = new Map<string, readonly string[]>()

function shared(list: readonly number[] | null): readonly number[] {
  if (list === null || list.length === 0) return none
  const key = list.length === 1 ? String(list[0]) : list.join()
  const known = sharedLists.get(key)
  if (known !== undefined) return known
  if (sharedLists.size < 1000) sharedLists.set(key, list)
  return list
}

function sharedStrings(list: readonly string[]): readonly string[] {
  const key = list.length === 1 ? list[0] : list.join()
  const known = sharedDirectories.get(key)
  if (known !== undefined) return known
  if (sharedDirectories.size < 1000) sharedDirectories.set(key, list)
  return list
}

export class Replay {
  readonly #state: ImageState
  #delta = new DeltaBuilder()
  /** Records of a metadata transaction whose end is not there yet (KIP-868). */
  #transaction: MetadataRecord[] | undefined

  constructor(state: ImageState) {
    this.#state = state
  }

  /** A BeginTransaction whose end was never written: the next leader has to abort it. */
  get hasOpenTransaction(): boolean {
    return this.#transaction !== undefined
  }

  /** What changed since the last call. */
  takeDelta() {
    const delta = this.#delta.build()
    this.#delta = new DeltaBuilder()
    return delta
  }

  apply(record: MetadataRecord): void {
    switch (record.kind) {
      case 'beginTransaction':
        if (this.#transaction !== undefined) throw new MetadataLogError('a metadata transaction begins inside another')
        this.#transaction = []
        break
      case 'endTransaction': {
        const records = this.#endTransaction()
        for (const each of records) this.#applyNow(each)
        break
      }
      case 'abortTransaction':
        this.#endTransaction()
        break
      default:
        if (this.#transaction === undefined) this.#applyNow(record)
        else this.#transaction.push(record)
    }
  }

  #endTransaction(): MetadataRecord[] {
    const records = this.#transaction
    if (records === undefined) throw new MetadataLogError('a metadata transaction ends that never began')
    this.#transaction = undefined
    return records
  }

  #applyNow(record: MetadataRecord): void {
    const state = this.#state
    switch (record.kind) {
      case 'topic':
        this.#topic(record.data)
        break
      case 'removeTopic':
        this.#removeTopic(record.data.topicId)
        break
      case 'partition':
        this.#partition(record.data)
        break
      case 'partitionChange':
        this.#partitionChange(record.data)
        break
      case 'config':
        this.#config(record.data)
        break
      case 'featureLevel':
        this.#featureLevel(record.data)
        break
      case 'producerIds':
        state.producerIds = record.data
        break
      case 'clearElr':
        this.#clearElr(record.data.topicName)
        break
      case 'accessControlEntry':
        state.accessControlEntries.set(record.data.id, record.data)
        break
      case 'removeAccessControlEntry':
        state.accessControlEntries.delete(record.data.id)
        break
      case 'userScramCredential':
        state.scramCredentials.set(`${record.data.mechanism}:${record.data.name}`, record.data)
        break
      case 'removeUserScramCredential':
        state.scramCredentials.delete(`${record.data.mechanism}:${record.data.name}`)
        break
      case 'clientQuota':
        this.#clientQuota(record.data)
        break
      case 'delegationToken':
        state.delegationTokens.set(record.data.tokenId, record.data)
        break
      case 'removeDelegationToken':
        state.delegationTokens.delete(record.data.tokenId)
        break
      default:
        this.#registration(record)
    }
  }

  #registration(record: MetadataRecord): void {
    const { brokers, controllers } = this.#state
    switch (record.kind) {
      case 'registerBroker':
        brokers.set(record.data.brokerId, { ...record.data })
        break
      case 'registerController':
        controllers.set(record.data.controllerId, record.data)
        break
      case 'unregisterBroker':
        brokers.delete(record.data.brokerId)
        break
      case 'fenceBroker':
        this.#changeBroker(record.data.id, record.data.epoch, { fenced: true })
        break
      case 'unfenceBroker':
        this.#changeBroker(record.data.id, record.data.epoch, { fenced: false })
        break
      case 'brokerRegistrationChange': {
        const { brokerId, brokerEpoch, fenced, inControlledShutdown, logDirs, cordonedLogDirs } = record.data
        this.#changeBroker(brokerId, brokerEpoch, {
          ...(fenced === 0 ? {} : { fenced: fenced > 0 }),
          ...(inControlledShutdown > 0 ? { inControlledShutdown: true } : {}),
          ...(logDirs.length === 0 ? {} : { logDirs }),
          ...(cordonedLogDirs === null ? {} : { cordonedLogDirs })
        })
      }
      // noOp keeps an idle log moving; zkMigrationState is history. Neither describes the cluster.
    }
  }

  #changeBroker(brokerId: number, brokerEpoch: number, change: Partial<BrokerImage>): void {
    const broker = this.#state.brokers.get(brokerId)
    if (broker === undefined) throw new MetadataLogError(`a change of broker ${brokerId}, which is not registered`)
    if (broker.brokerEpoch !== brokerEpoch) {
      const known = `registered with epoch ${broker.brokerEpoch}`
      throw new MetadataLogError(`a change of broker ${brokerId} with epoch ${brokerEpoch}, ${known}`)
    }
    this.#state.brokers.set(brokerId, { ...broker, ...change })
  }

  #topic({ name, topicId }: RecordData<'topic'>): void {
    if (this.#state.topicsByName.has(name)) throw new MetadataLogError(`topic ${name} is created twice`)
    if (this.#state.topicsById.has(topicId)) throw new MetadataLogError(`topic id ${topicId} is given twice`)
    const configs = this.#state.configsOf(ResourceType.TOPIC, name)
    const topic: TopicState = { name, topicId, partitions: [], configs }
    this.#state.topicsByName.set(name, topic)
    this.#state.topicsById.set(topicId, topic)
    if (hasCollisionCharacters(name)) {
      const unified = name.replaceAll('.', '_')
      const names = this.#state.collidingNames.get(unified)
      if (names === undefined) this.#state.collidingNames.set(unified, new Set([name]))
      else names.add(name)
    }
    this.#delta.topicCreated(topic)
  }

  #removeTopic(topicId: string): void {
    const topic = this.#topicOf(topicId, 'the removal')
    this.#state.topicsById.delete(topicId)
    this.#state.topicsByName.delete(topic.name)
    this.#state.dropConfigs(ResourceType.TOPIC, topic.name)
    const unified = topic.name.replaceAll('.', '_')
    const names = this.#state.collidingNames.get(unified)
    if (names?.delete(topic.name) && names.size === 0) this.#state.collidingNames.delete(unified)
    this.#delta.topicDeleted(topic)
  }

  #topicOf(topicId: string, what: string): TopicState {
    const topic = this.#state.topicsById.get(topicId)
    if (topic === undefined) throw new MetadataLogError(`${what} of a topic with the unknown id ${topicId}`)
    return topic
  }

  #partition(data: RecordData<'partition'>): void {
    const topic = this.#topicOf(data.topicId, `partition ${data.partitionId}`)
    const partition: PartitionImage = {
      partition: data.partitionId,
      replicas: shared(data.replicas),
      isr: shared(data.isr),
      removingReplicas: shared(data.removingReplicas),
      addingReplicas: shared(data.addingReplicas),
      eligibleLeaderReplicas: shared(data.eligibleLeaderReplicas),
      lastKnownElr: shared(data.lastKnownElr),
      leader: data.leader,
      leaderEpoch: data.leaderEpoch,
      partitionEpoch: data.partitionEpoch,
      leaderRecoveryState: data.leaderRecoveryState,
      directories: sharedStrings(data.directories)
    }
    topic.partitions[data.partitionId] = partition
    this.#delta.partitionAdded(topic, partition)
  }

  /** Absent fields keep their value. The partition epoch always grows; naming a leader, even the same, bumps its epoch. */
  #partitionChange(data: RecordData<'partitionChange'>): void {
    const topic = this.#topicOf(data.topicId, `a change of partition ${data.partitionId}`)
    const before = topic.partitions[data.partitionId]
    if (before === undefined) {
      throw new MetadataLogError(`a change of ${topic.name}-${data.partitionId}, which does not exist`)
    }
    const leaderIsSet = data.leader !== -2
    const list = (changed: readonly number[] | null, kept: readonly number[]) =>
      changed === null ? kept : shared(changed)
    const after: PartitionImage = {
      partition: before.partition,
      replicas: list(data.replicas, before.replicas),
      isr: list(data.isr, before.isr),
      removingReplicas: list(data.removingReplicas, before.removingReplicas),
      addingReplicas: list(data.addingReplicas, before.addingReplicas),
      eligibleLeaderReplicas: list(data.eligibleLeaderReplicas, before.eligibleLeaderReplicas),
      lastKnownElr: list(data.lastKnownElr, before.lastKnownElr),
      leader: leaderIsSet ? data.leader : before.leader,
      leaderEpoch: leaderIsSet ? before.leaderEpoch + 1 : before.leaderEpoch,
      partitionEpoch: before.partitionEpoch + 1,
      leaderRecoveryState: data.leaderRecoveryState === -1 ? before.leaderRecoveryState : data.leaderRecoveryState,
      directories: data.directories === null ? before.directories : sharedStrings(data.directories)
    }
    topic.partitions[data.partitionId] = after
    if (leaderIsSet) this.#delta.leaderChanged(topic, after)
  }

  #config({ resourceType, resourceName, name, value }: RecordData<'config'>): void {
    const state = this.#state
    const topic = resourceType === ResourceType.TOPIC ? state.topicsByName.get(resourceName) : undefined
    const configs = state.configsOf(resourceType, resourceName)
    if (value === null) configs.delete(name)
    else configs.set(name, value)
    if (configs.size === 0 && topic === undefined) state.dropConfigs(resourceType, resourceName)
    this.#delta.configChanged({ resourceType, resourceName }, topic)
  }

  #featureLevel({ name, featureLevel }: RecordData<'featureLevel'>): void {
    if (name === KRAFT_VERSION) return
    const known = supportedFeature(name)
    if (featureLevel === 0) {
      this.#state.features.delete(name)
    } else if (
      known === undefined ||
      featureLevel < known.minSupportedVersion ||
      featureLevel > known.maxSupportedVersion
    ) {
      const supported = known === undefined ? 'none' : `${known.minSupportedVersion} to ${known.maxSupportedVersion}`
      throw new MetadataLogError(`feature ${name} is at level ${featureLevel}; this broker supports ${supported}`)
    } else {
      this.#state.features.set(name, featureLevel)
    }
  }

  #clearElr(topicName: string): void {
    const topic = this.#state.topicsByName.get(topicName)
    const topics = topicName === '' ? this.#state.topicsByName.values() : topic === undefined ? [] : [topic]
    for (const { partitions } of topics) {
      for (const [index, partition] of partitions.entries()) {
        if (partition.eligibleLeaderReplicas.length === 0 && partition.lastKnownElr.length === 0) continue
        partitions[index] = { ...partition, eligibleLeaderReplicas: none, lastKnownElr: none }
      }
    }
  }

  #clientQuota(data: RecordData<'clientQuota'>): void {
    const parts = data.entity.map(({ entityType, entityName }) => [entityType, entityName] as const)
    const entity = JSON.stringify(parts.sort(([a], [b]) => (a < b ? -1 : 1)))
    const byKey = this.#state.quotas.get(entity) ?? new Map()
    if (data.remove) byKey.delete(data.key)
    else byKey.set(data.key, data)
    if (byKey.size === 0) this.#state.quotas.delete(entity)
    else this.#state.quotas.set(entity, byKey)
  }
}
