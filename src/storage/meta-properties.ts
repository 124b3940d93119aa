// `meta.properties`: whose log directory this is. Java properties; version 1 since KRaft, version 0 (broker.id instead of
// node.id) in directories that came from ZooKeeper days.

import type { Random } from '../ports.ts'

export interface MetaProperties {
  version: number
  clusterId: string
  nodeId: number
  /** Absent in directories from before Kafka 3.7: one is made up and written. */
  directoryId: string | undefined
}

export function formatMetaProperties(properties: MetaProperties & { directoryId: string }): string {
  return (
    `#\n` +
    `cluster.id=${properties.clusterId}\n` +
    `directory.id=${properties.directoryId}\n` +
    `node.id=${properties.nodeId}\n` +
    `version=1\n`
  )
}

/** undefined when the text is not a meta.properties that names a cluster. */
export function parseMetaProperties(text: string): MetaProperties | undefined {
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$/.exec(line)
    if (match !== null) values.set(match[1], match[2].replaceAll('\\', ''))
  }
  const version = Number(values.get('version') ?? '0')
  const clusterId = values.get('cluster.id')
  const nodeId = values.get(version === 0 ? 'broker.id' : 'node.id')
  if (clusterId === undefined || clusterId === '' || (version !== 0 && version !== 1)) return undefined
  if (nodeId === undefined || !/^\d+$/.test(nodeId)) return undefined
  const directoryId = values.get('directory.id')
  return { version, clusterId, nodeId: Number(nodeId), directoryId }
}

const RESERVED_IDS_BELOW = 100

/** A random id as Apache Kafka makes them: 22 characters of base64url, not starting with `-`, not one of the reserved. */
export function randomId(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16)
    bytes[6] = (bytes[6] & 0x0f) | 0x40 // version 4
    bytes[8] = (bytes[8] & 0x3f) | 0x80
    const text = bytes.toString('base64url')
    const isReserved = bytes.readBigUInt64BE(0) === 0n && bytes.readBigUInt64BE(8) < RESERVED_IDS_BELOW
    if (!text.startsWith('-') && !isReserved) return text
  }
}
