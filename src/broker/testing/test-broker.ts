// A whole broker in memory for tests of this layer and of the handlers: time moves when the test says so, the disk is
// an object, requests are function calls.
import { ConfigValues } from '../../configs/config-values.ts'
import { ManualClock } from '../../coordinators/testing/manual-clock.ts'
import { MetadataController } from '../../metadata/controller.ts'
import type { Logger, Random } from '../../ports.ts'
import { MemoryFileSystem } from '../../storage/file-system-memory.ts'
import { LogDirectory } from '../../storage/log-directory.ts'
import type { Broker } from '../broker.ts'
import { createBroker } from '../create-broker.ts'

export interface TestBroker {
  readonly broker: Broker
  readonly clock: ManualClock
  readonly fileSystem: MemoryFileSystem
  /** Returns the topic id. */
  createTopic(name: string, numPartitions?: number, configs?: Readonly<Record<string, string>>): string
  deleteTopic(name: string): void
  close(): Promise<void>
}

export const NODE_ID = 1

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Reproducible: a linear congruential generator. */
function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  return {
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => next() >>> 24)),
    float: () => next() / 2 ** 32
  }
}

export interface TestBrokerOptions {
  readonly configs?: Readonly<Record<string, string>>
  /** Of a broker before, to start on what it left. */
  readonly fileSystem?: MemoryFileSystem
  readonly clock?: ManualClock
  readonly logger?: Logger
}

export function startTestBroker(options: TestBrokerOptions = {}): TestBroker {
  const { clock = new ManualClock(), fileSystem = new MemoryFileSystem(), logger = silent } = options
  const settings = { 'node.id': String(NODE_ID), 'log.dirs': '/data', ...options.configs }
  const config = new ConfigValues(Object.entries(settings).map(([name, value]) => [name, value, 'override']))
  const random = seededRandom(1)
  const ports = { config, clock, random, logger }
  const logs = LogDirectory.open({ ...ports, path: '/data', fileSystem, nodeId: NODE_ID })
  const endpoints = [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 'PLAINTEXT' as const }]
  const metadata = MetadataController.open({ ...ports, logs, nodeId: NODE_ID, endpoints })
  const created = createBroker({ ...ports, logs, metadata })
  created.start()
  return {
    broker: created.broker,
    clock,
    fileSystem,
    createTopic(name, numPartitions = 1, configs = {}) {
      const spec = {
        name,
        numPartitions,
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value }))
      }
      const [outcome] = metadata.createTopics([spec], { validateOnly: false })
      if (outcome.error !== undefined) throw outcome.error
      return outcome.topicId
    },
    deleteTopic(name) {
      metadata.deleteTopics([metadata.image.topic(name)!.topicId])
    },
    close: () => created.close()
  }
}
