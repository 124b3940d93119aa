// One life of a whole broker without sockets: everything that server.ts puts together below them, asked through the
// request handlers, on a disk and a clock that the simulation owns.
import type { Broker } from '../../src/broker/broker.ts'
import { createBroker } from '../../src/broker/create-broker.ts'
import { Reader } from '../../src/bytes/reader.ts'
import { Writer } from '../../src/bytes/writer.ts'
import { ConfigValues } from '../../src/configs/config-values.ts'
import type { RequestContext } from '../../src/handlers/handler.ts'
import { handlers } from '../../src/handlers/index.ts'
import { MetadataController } from '../../src/metadata/controller.ts'
import { requestCodec, responseCodec } from '../../src/protocol/compile.ts'
import type { AnyApi, RequestInitOf, ResponseInitOf, ResponseOf } from '../../src/protocol/schema.ts'
import type { MemoryFileSystem } from '../../src/storage/file-system-memory.ts'
import { LogDirectory } from '../../src/storage/log-directory.ts'
import { ManualClock, RecordingLogger, type SeededRandom } from '../../src/storage/testing/test-directory.ts'
import { KafkaRequests } from '../broker/kafka-requests.ts'
import { SimulatedDisk } from './simulated-disk.ts'

export class SimulatedBroker extends KafkaRequests {
  readonly disk: SimulatedDisk
  readonly clock = new ManualClock()
  readonly logger = new RecordingLogger()
  readonly #random: SeededRandom
  readonly #configs: Readonly<Record<string, string>>
  #logs: LogDirectory | undefined
  #running: ReturnType<typeof createBroker> | undefined

  constructor(
    memory: MemoryFileSystem,
    random: SeededRandom,
    life: { startMs: number; configs: Readonly<Record<string, string>> }
  ) {
    super()
    this.disk = new SimulatedDisk(memory, random)
    this.#random = random
    this.#configs = life.configs
    this.clock.advance(life.startMs - this.clock.nowMs())
  }

  get broker(): Broker {
    if (this.#running === undefined) throw new Error('the broker did not start')
    return this.#running.broker
  }

  start(): void {
    const { clock, logger } = this
    const random = this.#random
    const config = new ConfigValues(
      Object.entries(this.#configs).map(([name, value]) => [name, value, 'file'] as const)
    )
    const logs = LogDirectory.open({ path: '/data', fileSystem: this.disk, clock, random, logger, config, nodeId: 1 })
    this.#logs = logs
    const endpoints = [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 'PLAINTEXT' as const }]
    const metadata = MetadataController.open({ logs, config, clock, random, logger, nodeId: 1, endpoints })
    this.#running = createBroker({ config, clock, random, logger, logs, metadata })
    this.#running.start()
  }

  async stop(): Promise<void> {
    await this.#running?.close()
  }

  /** The process is gone; nothing of it runs any more. */
  end(): void {
    this.disk.die()
    this.#logs?.release()
  }

  /** Time passes, and what it starts gets its turn. */
  async wait(ms: number): Promise<void> {
    this.clock.advance(ms)
    for (let turn = 0; turn < 60; turn++) await Promise.resolve()
  }

  /** None at all while there is no topic for them. */
  override async committed(groupId: string): Promise<Map<string, number>> {
    if (this.broker.metadata.image.topic('__consumer_offsets') === undefined) return new Map()
    return super.committed(groupId)
  }

  async ask<A extends AnyApi>(api: A, apiVersion: number, request: RequestInitOf<A>): Promise<ResponseOf<A>> {
    const handler = handlers.find((candidate) => candidate.api === api)
    if (handler === undefined) throw new Error(`no handler for ${api.name}`)
    const [asked, answered] = [new Writer(), new Writer()]
    requestCodec(api, apiVersion).encode(asked, request)
    const decoded = requestCodec(api, apiVersion).decode(new Reader(asked.toBuffer()))
    const answer = await handler.handle(decoded, this.broker, { ...context, apiVersion })
    responseCodec(api, apiVersion).encode(answered, answer as ResponseInitOf<A>)
    return responseCodec(api, apiVersion).decode(new Reader(answered.toBuffer()))
  }
}

const context: RequestContext = {
  ...{
    apiKey: 0,
    apiVersion: 0,
    correlationId: 0,
    clientId: 'simulation',
    clientHost: '/127.0.0.1',
    connectionId: '1'
  },
  ...{ listenerName: 'PLAINTEXT', localHost: '127.0.0.1', localPort: 9092, principal: 'User:ANONYMOUS' },
  ...{ clientSoftwareName: '', clientSoftwareVersion: '', advertised: { host: 'localhost', port: 9092 } },
  setClientSoftware() {},
  onDisconnect: () => () => {},
  onSent(callback) {
    callback()
  },
  closeConnection() {}
}
