// The composition root: ports, configuration, storage, metadata, broker and network become one running broker. This is
// also the library's entry: `startBroker()` in a test gives a real broker in this process.
import { createBroker } from './broker/create-broker.ts'
import { type ConfigSetting, ConfigValues } from './configs/config-values.ts'
import { ConfigError } from './configs/parse.ts'
import { memoryDefaults } from './configs/product-defaults.ts'
import { KafkaError } from './error-codes.ts'
import { handlers } from './handlers/index.ts'
import { MetadataController } from './metadata/controller.ts'
import { Dispatcher } from './network/dispatch.ts'
import { listenerSpecs, replaceFirstListener } from './network/listener-config.ts'
import { Network } from './network/network.ts'
import { networkSettings } from './network/network-settings.ts'
import type { Clock, FileSystem, Logger, Random } from './ports.ts'
import { META_PROPERTIES } from './storage/file-names.ts'
import { MemoryFileSystem } from './storage/file-system-memory.ts'
import { nodeFileSystem } from './storage/file-system-node.ts'
import { LogDirectory } from './storage/log-directory.ts'
import { systemClock } from './system/clock.ts'
import { silentLogger } from './system/logger.ts'
import { systemRandom } from './system/random.ts'
import { parseTopicSpec, type TopicSpec } from './topic-spec.ts'

export type { TopicSpec } from './topic-spec.ts'

export interface BrokerOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number
  /** Default: 127.0.0.1 and ::1. */
  readonly host?: string
  /** Default: nothing touches the disk. */
  readonly dataDirectory?: string
  /** Kafka's own names: `{ 'num.partitions': 3 }`. */
  readonly configs?: Readonly<Record<string, string | number | boolean>>
  readonly topics?: readonly (string | TopicSpec)[]
  /** Of a new data directory; an existing one keeps its own. */
  readonly clusterId?: string
  readonly logger?: Logger
  readonly clock?: Clock
  readonly random?: Random
}

export interface RunningBroker {
  readonly port: number
  readonly bootstrapServers: string
  /** Null: in memory. */
  readonly dataDirectory: string | null
  readonly clusterId: string
  /** Requests in progress are answered; when it resolves the port is free and the data directory unlocked. Idempotent. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What startBroker() works out from its options, and the command from its flags. */
export interface BrokerParts {
  readonly config: ConfigValues
  /** Null: in memory. */
  readonly dataDirectory: string | null
  readonly topics: readonly TopicSpec[]
  readonly clusterId?: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

const MEMORY_PATH = '/memory'
const STOP_GRACE_MS = 5_000

export async function startBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
  const settings: ConfigSetting[] =
    options.dataDirectory === undefined ? memoryDefaults.map(([name, value]) => [name, value, 'default']) : []
  for (const [name, value] of Object.entries(options.configs ?? {})) settings.push([name, String(value), 'override'])
  const lower = new ConfigValues(settings)
  if (options.port !== undefined || options.host !== undefined || !lower.has('listeners')) {
    const listeners = replaceFirstListener(lower, { host: options.host, port: options.port ?? 0 })
    settings.push(['listeners', listeners, 'flag'])
  }
  if (options.dataDirectory !== undefined) settings.push(['log.dirs', options.dataDirectory, 'flag'])
  return runBroker({
    config: new ConfigValues(settings),
    dataDirectory: options.dataDirectory ?? null,
    topics: (options.topics ?? []).map((topic) => (typeof topic === 'string' ? parseTopicSpec(topic) : topic)),
    clusterId: options.clusterId,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    logger: options.logger ?? silentLogger
  })
}

/** Resolves when the broker serves. What fails leaves nothing behind: no port, no lock. */
export async function runBroker(parts: BrokerParts): Promise<RunningBroker> {
  const { config, logger, clock } = parts
  const [configError] = config.errors()
  if (configError !== undefined) throw configError
  const network = new Network(listenerSpecs(config), await networkSettings(config, logger), { clock, logger })
  await network.bind()
  let logs: LogDirectory | undefined
  try {
    logs = openLogs(parts)
    return await serve(parts, network, logs)
  } catch (error) {
    logs?.abandon()
    await network.close(0)
    throw error
  }
}

function openLogs(parts: BrokerParts): LogDirectory {
  const { dataDirectory, clusterId, config, clock, random, logger } = parts
  const fileSystem: FileSystem = dataDirectory === null ? new MemoryFileSystem() : nodeFileSystem()
  const path = dataDirectory ?? MEMORY_PATH
  const isNew = !fileSystem.exists(`${path}/${META_PROPERTIES}`)
  const options = { path, fileSystem, clock, random, logger, config, nodeId: config.int('node.id') }
  const logs = LogDirectory.open(isNew ? { ...options, clusterId } : options)
  if (clusterId !== undefined && clusterId !== logs.clusterId) {
    logger.warn(`${path} keeps its cluster id ${logs.clusterId}; ${clusterId} is only for a new directory`)
  }
  return logs
}

async function serve(parts: BrokerParts, network: Network, logs: LogDirectory): Promise<RunningBroker> {
  const { config, clock, random, logger, dataDirectory } = parts
  const endpoints = network.listeners.map((listener) => ({
    name: listener.name,
    ...listener.publicEndpoint,
    securityProtocol: 'PLAINTEXT' as const
  }))
  const nodeId = config.int('node.id')
  const metadata = MetadataController.open({ logs, config, clock, random, logger, nodeId, endpoints })
  const { broker, start, close } = createBroker({ config, clock, random, logger, logs, metadata })
  start()
  try {
    createTopics(metadata, parts.topics)
  } catch (error) {
    await close()
    throw error
  }
  network.serve(new Dispatcher(handlers, broker, logger).dispatch)
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopBroker(network, close)
    return stopped
  }
  return {
    port: network.listeners[0].port,
    bootstrapServers: network.listeners.map(({ localEndpoint }) => addressText(localEndpoint)).join(','),
    dataDirectory,
    clusterId: logs.clusterId,
    stop,
    [Symbol.asyncDispose]: stop
  }
}

const addressText = ({ host, port }: { host: string; port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Connections take no new request, so closing the broker answers the last ones. */
async function stopBroker(network: Network, closeBroker: () => Promise<void>): Promise<void> {
  const closing = network.close(STOP_GRACE_MS)
  await closeBroker()
  await closing
}

function createTopics(metadata: MetadataController, specs: readonly TopicSpec[]): void {
  // Of one name the last one counts, as with configs.
  const byName = new Map(specs.map((spec) => [spec.name, spec]))
  const missing = [...byName.values()].filter(({ name }) => metadata.image.topic(name) === undefined)
  if (missing.length === 0) return
  const wanted = missing.map(({ name, partitions, configs }) => ({
    name,
    numPartitions: partitions,
    configs: Object.entries(configs ?? {}).map(([name, value]) => ({ name, value }))
  }))
  const refusal = (name: string, error: KafkaError) =>
    new ConfigError('topic', `cannot create topic "${name}": ${error.message}`)
  try {
    for (const { name, error } of metadata.createTopics(wanted, { validateOnly: false })) {
      if (error !== undefined) throw refusal(name, error)
    }
  } catch (error) {
    throw error instanceof KafkaError ? refusal([...byName.keys()].join(', '), error) : error
  }
}
