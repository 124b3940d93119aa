// The cluster image as records: what a snapshot holds in place of the log that led there. Everything that replay keeps is
// written, in Apache Kafka's order; replaying it gives the same image.
import type { ImageState, PartitionImage } from './cluster-image.ts'
import { METADATA_VERSION, recordVersions } from './features.ts'
import { encodeRecord } from './metadata-records.ts'

export function snapshotRecords(state: ImageState): Buffer[] {
  return [
    ...featureRecords(state),
    ...registrationRecords(state),
    ...topicRecords(state),
    ...configRecords(state),
    ...Array.from(state.quotas.values(), (byKey) => [...byKey.values()])
      .flat()
      .map((quota) => encodeRecord('clientQuota', 0, quota)),
    ...(state.producerIds === undefined ? [] : [encodeRecord('producerIds', 0, state.producerIds)]),
    ...Array.from(state.accessControlEntries.values(), (entry) => encodeRecord('accessControlEntry', 0, entry)),
    ...Array.from(state.scramCredentials.values(), (credential) => encodeRecord('userScramCredential', 0, credential)),
    ...Array.from(state.delegationTokens.values(), (token) => encodeRecord('delegationToken', 0, token))
  ]
}

const versionsOf = (state: ImageState) => recordVersions(state.features.get(METADATA_VERSION) ?? 0)

/** metadata.version first: it says how the rest is to be read. */
function featureRecords({ features }: ImageState): Buffer[] {
  const levels = [...features].sort(([a], [b]) => Number(b === METADATA_VERSION) - Number(a === METADATA_VERSION))
  return levels.map(([name, featureLevel]) => encodeRecord('featureLevel', 0, { name, featureLevel }))
}

function registrationRecords(state: ImageState): Buffer[] {
  const { registerBroker } = versionsOf(state)
  return [
    ...Array.from(state.brokers.values(), (broker) => {
      const { logDirs, cordonedLogDirs, inControlledShutdown, ...always } = broker
      return encodeRecord('registerBroker', registerBroker, {
        ...always,
        ...(registerBroker >= 1 ? { inControlledShutdown } : {}),
        ...(registerBroker >= 3 ? { logDirs } : {}),
        ...(registerBroker >= 4 ? { cordonedLogDirs } : {})
      })
    }),
    ...Array.from(state.controllers.values(), (controller) => encodeRecord('registerController', 0, controller))
  ]
}

function topicRecords(state: ImageState): Buffer[] {
  const { partition: version } = versionsOf(state)
  const records: Buffer[] = []
  for (const { name, topicId, partitions } of state.topicsByName.values()) {
    records.push(encodeRecord('topic', 0, { name, topicId }))
    for (const partition of partitions) records.push(partitionRecord(topicId, partition, version))
  }
  return records
}

function partitionRecord(topicId: string, image: PartitionImage, version: number): Buffer {
  const { partition, directories, eligibleLeaderReplicas, lastKnownElr, ...always } = image
  return encodeRecord('partition', version, {
    ...always,
    ...{ partitionId: partition, topicId },
    ...(version >= 1 ? { directories } : {}),
    ...(eligibleLeaderReplicas.length > 0 ? { eligibleLeaderReplicas } : {}),
    ...(lastKnownElr.length > 0 ? { lastKnownElr } : {})
  })
}

function configRecords({ configs }: ImageState): Buffer[] {
  return [...configs].flatMap(([key, values]) => {
    const separator = key.indexOf(':')
    const resource = { resourceType: Number(key.slice(0, separator)), resourceName: key.slice(separator + 1) }
    return Array.from(values, ([name, value]) => encodeRecord('config', 0, { ...resource, name, value }))
  })
}
