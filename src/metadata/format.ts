// The first records of a new cluster: what `kafka-storage format` left in bootstrap.checkpoint, else what a freshly
// formatted Apache Kafka 4.3.1 finalizes at its first start.
import type { FileSystem } from '../ports.ts'
import { isControl } from '../records/batch-header.ts'
import { batches, recordsOf } from '../records/iterate.ts'
import { ELIGIBLE_LEADER_REPLICAS, freshFeatureLevels } from './features.ts'
import { decodeRecord, encodeRecord } from './metadata-records.ts'
import { CLUSTER_DEFAULT } from './resource-type.ts'

const BOOTSTRAP_CHECKPOINT = 'bootstrap.checkpoint'

/** One metadata transaction, so that a crash cannot leave half of it. */
export function bootstrapRecords(
  logs: { readonly fileSystem: FileSystem; readonly path: string },
  minInsyncReplicas: number
): readonly Buffer[] {
  const file = `${logs.path}/${BOOTSTRAP_CHECKPOINT}`
  const chosen = logs.fileSystem.exists(file) ? recordsInCheckpoint(logs.fileSystem.readFile(file)) : freshFeatures()
  return [
    encodeRecord('beginTransaction', 0, { name: 'Bootstrap records' }),
    ...chosen,
    ...(enablesElr(chosen) ? [clusterMinimum(minInsyncReplicas)] : []),
    encodeRecord('endTransaction', 0, {})
  ]
}

const freshFeatures = (): Buffer[] =>
  freshFeatureLevels.map(([name, featureLevel]) => encodeRecord('featureLevel', 0, { name, featureLevel }))

/** Features, and the SCRAM users of `format --add-scram`. */
function recordsInCheckpoint(content: Buffer): Buffer[] {
  const values: Buffer[] = []
  for (const position of batches(content)) {
    if (isControl(content, position)) continue
    for (const { value } of recordsOf(content, position)) if (value !== null) values.push(value)
  }
  return values
}

function enablesElr(values: readonly Buffer[]): boolean {
  return values.map(decodeRecord).some((record) => {
    return (
      record.kind === 'featureLevel' && record.data.name === ELIGIBLE_LEADER_REPLICAS && record.data.featureLevel > 0
    )
  })
}

/** With eligible leader replicas on, the cluster always has a minimum of its own (KIP-966). */
const clusterMinimum = (minInsyncReplicas: number): Buffer =>
  encodeRecord('config', 0, { ...CLUSTER_DEFAULT, name: 'min.insync.replicas', value: String(minInsyncReplicas) })
