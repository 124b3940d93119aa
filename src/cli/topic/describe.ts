import type { Client, TopicMetadata } from '../../client/client.ts'
import { type ConfigEntry, ConfigResourceType, configsOf } from '../../client/configs.ts'
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, offsetsFor } from '../../client/list-offsets.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { originText } from '../config/origin.ts'
import { stdout, writeJson } from '../output.ts'
import { formatPairs, formatTable } from '../table.ts'

interface PartitionRow {
  readonly partition: number
  readonly leader: number | null
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly startOffset: number | null
  readonly endOffset: number | null
}

export async function describeTopics(names: readonly string[], flags: ReaderFlags): Promise<void> {
  await withClient(flags, async (client) => {
    const described = []
    for (const name of names) described.push(await describe(client, name))
    if (flags.json) return writeJson(described)
    await stdout.write(described.map(format).join('\n'))
  })
}

type Description = Awaited<ReturnType<typeof describe>>

async function describe(client: Client, name: string) {
  const topic = await client.topic(name)
  const [partitions, configs] = await Promise.all([
    partitionRows(client, topic),
    configsOf(client, { type: ConfigResourceType.TOPIC, name })
  ])
  return {
    name,
    topicId: topic.topicId,
    isInternal: topic.isInternal,
    partitions,
    configs: configs
      .filter(differsFromDefault)
      .map(({ name: key, value, source, isSensitive }: ConfigEntry) => ({ name: key, value, source, isSensitive }))
  }
}

/** Set on the topic; or elsewhere, to something else than what Kafka would take without it. */
function differsFromDefault({ source, value, synonyms }: ConfigEntry): boolean {
  if (source === 'DEFAULT_CONFIG') return false
  const byDefault = synonyms.find((synonym) => synonym.source === 'DEFAULT_CONFIG')
  return source === 'DYNAMIC_TOPIC_CONFIG' || byDefault === undefined || byDefault.value !== value
}

// A partition without a leader has no offsets to show, and is shown all the same.
async function partitionRows(client: Client, { name: topic, partitions }: TopicMetadata): Promise<PartitionRow[]> {
  const led = partitions.filter(({ leaderId }) => leaderId >= 0).map(({ partition }) => ({ topic, partition }))
  const ask = (timestampMs: number) =>
    offsetsFor(
      client,
      led.map((of) => ({ ...of, timestampMs }))
    )
  const [starts, ends] = await Promise.all([ask(EARLIEST_TIMESTAMP), ask(LATEST_TIMESTAMP)])
  return partitions.map(({ partition, leaderId, leaderEpoch, replicas, isr }) => {
    const at = led.findIndex((of) => of.partition === partition)
    return {
      partition,
      leader: leaderId < 0 ? null : leaderId,
      leaderEpoch,
      replicas,
      isr,
      startOffset: starts[at]?.result?.offset ?? null,
      endOffset: ends[at]?.result?.offset ?? null
    }
  })
}

function format({ name, topicId, isInternal, partitions, configs }: Description): string {
  const total = partitions.reduce((sum, row) => sum + (row.endOffset ?? 0) - (row.startOffset ?? 0), 0)
  const summary = formatPairs([
    ['topic', isInternal ? `${name} (internal)` : name],
    ['id', topicId],
    ['partitions', partitions.length],
    ['replicas', partitions[0]?.replicas.length ?? 0],
    ['offsets', total]
  ])
  const table = formatTable(
    ['partition', 'leader', 'epoch', 'replicas', 'isr', 'start', 'end'],
    partitions.map((row) => [
      row.partition,
      row.leader,
      row.leaderEpoch,
      `[${row.replicas.join(' ')}]`,
      `[${row.isr.join(' ')}]`,
      row.startOffset,
      row.endOffset
    ])
  )
  if (configs.length === 0) return `${summary}\n${table}`
  const configTable = formatTable(
    ['config', 'value', 'origin'],
    configs.map(({ name: key, value, source, isSensitive }) => [
      key,
      isSensitive ? '(hidden)' : value,
      originText(source)
    ])
  )
  return `${summary}\n${table}\n${configTable}`
}
