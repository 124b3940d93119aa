// The options that every verb has for reaching a cluster, and the client made from them.
import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import { ClientSettings } from './client-settings.ts'

export interface ClientFlags {
  readonly bootstrapServer?: string
  readonly X?: readonly string[]
}

export interface ReaderFlags extends ClientFlags {
  readonly json?: boolean
}

export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

export function withClientOptions(command: Command): Command {
  return command
    .option('--bootstrap-server <host:port,...>', 'the cluster (KAFKA_BROKERS, else localhost:9092)')
    .option('-X <key=value>', 'a client setting by the name Kafka gives it, repeatable', collect)
}

export function withReaderOptions(command: Command): Command {
  return withClientOptions(command).option('--json', 'print JSON')
}

export function bootstrapServers(flags: ClientFlags, settings: ClientSettings, environment = process.env): string {
  return (
    flags.bootstrapServer ??
    settings.string('bootstrap.servers') ??
    (environment.KAFKA_BROKERS || environment.KAFKA_BOOTSTRAP_SERVERS || 'localhost:9092')
  )
}

const RETRY_TIMEOUT_MS = 30_000

/** Connects, runs, closes. */
export async function withClient<T>(
  flags: ClientFlags,
  use: (client: Client) => Promise<T>,
  settings = new ClientSettings(flags.X ?? [])
): Promise<T> {
  const { Client } = await import('../client/client.ts')
  const client = await Client.connect({
    bootstrapServers: bootstrapServers(flags, settings),
    clientId: settings.string('client.id'),
    requestTimeoutMs: settings.int('request.timeout.ms'),
    connectTimeoutMs: settings.int('socket.connection.setup.timeout.ms'),
    retryTimeoutMs: settings.int('default.api.timeout.ms') ?? RETRY_TIMEOUT_MS,
    retryBackoffMs: settings.int('retry.backoff.ms'),
    retryBackoffMaxMs: settings.int('retry.backoff.max.ms')
  })
  try {
    return await use(client)
  } finally {
    client.close()
  }
}
