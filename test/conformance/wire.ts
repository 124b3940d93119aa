// How the tests speak to the target: one shared connection for plain requests, connections of their own where order,
// waiting or closing matter.
import { onTestFinished } from 'vitest'
import { Connection } from '../../src/client/connection.ts'
import type { AnyApi, RequestInitOf, ResponseOf } from '../../src/protocol/schema.ts'
import { target } from './target.ts'

export interface ConnectOptions {
  clientId?: string | null
}

/** A new connection, closed when the test ends. Nothing is sent before the test sends it. */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const connection = await open(options)
  onTestFinished(() => connection.close())
  return connection
}

function open({ clientId = 'conformance' }: ConnectOptions): Promise<Connection> {
  return Connection.connect({ host: target.host, port: target.port, clientId, negotiate: false, timeoutMs: 20_000 })
}

let shared: Promise<Connection> | undefined

/** Sends on the shared connection. */
export async function request<A extends AnyApi>(
  api: A,
  version: number,
  body: RequestInitOf<A>
): Promise<ResponseOf<A>> {
  let connection = await shared?.catch(() => undefined)
  if (connection === undefined || !connection.isOpen) {
    shared = open({})
    connection = await shared
  }
  return connection.request(api, version, body)
}

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** For what the protocol only promises "soon" (metadata after an admin request): asks until the answer is there. */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string, timeoutMs = 15_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`${what} did not happen in ${timeoutMs} ms`)
    await sleep(20)
  }
}
