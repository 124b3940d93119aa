// Client settings given as `-X key=value`, by the names that Kafka's own clients use.
import { UsageError } from '../client/errors.ts'
import { nearestText } from './nearest-text.ts'

/** What every verb understands. */
const CONNECTION_SETTINGS = [
  'bootstrap.servers',
  'client.id',
  'request.timeout.ms',
  'socket.connection.setup.timeout.ms',
  'default.api.timeout.ms',
  'retry.backoff.ms',
  'retry.backoff.max.ms'
]

export const PRODUCER_SETTINGS = [
  'acks',
  'batch.size',
  'buffer.memory',
  'compression.type',
  'delivery.timeout.ms',
  'enable.idempotence',
  'linger.ms'
]

export const CONSUMER_SETTINGS = [
  'auto.commit.interval.ms',
  'auto.offset.reset',
  'check.crcs',
  'enable.auto.commit',
  'fetch.max.bytes',
  'fetch.max.wait.ms',
  'fetch.min.bytes',
  'group.instance.id',
  'heartbeat.interval.ms',
  'isolation.level',
  'max.partition.fetch.bytes',
  'max.poll.interval.ms',
  'session.timeout.ms'
]

const ALIASES = new Map([['brokers', 'bootstrap.servers']])

export class ClientSettings {
  readonly #values = new Map<string, string>()

  constructor(pairs: readonly string[], extra: readonly string[] = []) {
    const known = [...CONNECTION_SETTINGS, ...extra]
    for (const pair of pairs) {
      const [, given, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      if (given === undefined) throw new UsageError(`-X ${pair}: want KEY=VALUE`)
      const name = ALIASES.get(given) ?? given
      if (!known.includes(name)) {
        throw new UsageError(`-X ${given}: unknown setting, did you mean ${nearestText(given, known)}?`)
      }
      this.#values.set(name, value)
    }
  }

  string(name: string): string | undefined {
    return this.#values.get(name)
  }

  int(name: string): number | undefined {
    const text = this.#values.get(name)
    if (text === undefined) return undefined
    if (!/^-?\d+$/.test(text)) throw new UsageError(`-X ${name}=${text}: want a whole number`)
    return Number(text)
  }

  boolean(name: string): boolean | undefined {
    const text = this.#values.get(name)?.toLowerCase()
    if (text === undefined || text === 'true' || text === 'false')
      return text === undefined ? undefined : text === 'true'
    throw new UsageError(`-X ${name}=${text}: want true or false`)
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.#values.get(name)
    if (text === undefined || choices.includes(text as T)) return text as T | undefined
    throw new UsageError(`-X ${name}=${text}: want one of ${choices.join(', ')}`)
  }
}
