import { type ReaderFlags, withClient } from '../client-options.ts'
import { stdout, writeJson } from '../output.ts'
import { formatTable } from '../table.ts'

interface ListFlags extends ReaderFlags {
  readonly internal?: boolean
}

export async function listTopics(flags: ListFlags): Promise<void> {
  const topics = await withClient(flags, (client) => client.refresh(null))
  const rows = topics
    .filter(({ isInternal }) => flags.internal || !isInternal)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, topicId, partitions, isInternal }) => ({
      name,
      topicId,
      partitions: partitions.length,
      replicationFactor: partitions[0]?.replicas.length ?? 0,
      isInternal
    }))
  if (flags.json) return writeJson(rows)
  const cells = rows.map(({ name, partitions, replicationFactor }) => [name, partitions, replicationFactor])
  await stdout.write(formatTable(['name', 'partitions', 'replicas'], cells))
}
