import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import { Connection } from './connection.ts'
import { FakeBroker } from './testing/fake-broker.ts'

let broker: FakeBroker
const open: Connection[] = []

beforeEach(async () => {
  broker = await FakeBroker.start()
})

afterEach(async () => {
  for (const connection of open.splice(0)) connection.close()
  await broker.stop()
})

async function connect(options: { negotiate?: boolean; timeoutMs?: number } = {}): Promise<Connection> {
  const connection = await Connection.connect({ host: '127.0.0.1', port: broker.port, ...options })
  open.push(connection)
  return connection
}

const beat = { groupId: 'g', generationId: 1, memberId: 'm' }

describe('Connection', () => {
  it('keeps pipelined requests and responses together', async () => {
    broker.on(heartbeat, ({ generationId }) => ({ errorCode: generationId }))
    const connection = await connect()
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, generationId) => connection.call(heartbeat, { ...beat, generationId }))
    )
    expect(answers.map(({ errorCode }) => errorCode)).toEqual(Array.from({ length: 300 }, (_, index) => index))
  })

  it('uses the highest common version, at most the one asked for', async () => {
    const seen: number[] = []
    broker.on(
      heartbeat,
      (_, version) => {
        seen.push(version)
        return { errorCode: 0 }
      },
      3
    )
    const connection = await connect()
    await connection.call(heartbeat, beat)
    await connection.call(heartbeat, beat, { versionMax: 1 })
    await connection.request(heartbeat, 0, beat)
    expect(seen).toEqual([3, 1, 0])
    expect(() => connection.versionOf({ ...heartbeat, key: 99, name: 'Nothing' })).toThrow('does not serve Nothing')
  })

  it('asks again when the broker does not know its version of ApiVersions', async () => {
    broker.on(apiVersions, () => ({ apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 5 }] }), 1)
    const connection = await connect()
    expect(connection.versionOf(metadata)).toBe(5)
    expect(broker.requests).toEqual(['ApiVersions', 'ApiVersions'])
  })

  it('fails everything that waits when a request times out', async () => {
    broker.on(heartbeat, () => 'silence')
    const connection = await connect({ timeoutMs: 50 })
    const both = await Promise.allSettled([connection.call(heartbeat, beat), connection.call(heartbeat, beat)])
    for (const result of both) {
      expect(result).toMatchObject({ reason: { message: `${broker.address} did not answer Heartbeat in 50 ms` } })
    }
    await expect(connection.call(heartbeat, beat)).rejects.toMatchObject({ reason: 'TIMEOUT' })
  })

  it('fails what waits when the broker closes, and says so to who asks', async () => {
    broker.on(heartbeat, () => 'close')
    const connection = await connect()
    await expect(connection.call(heartbeat, beat)).rejects.toThrow(`${broker.address} closed the connection`)
    expect(connection.isOpen).toBe(false)
    await expect(connection.closed).resolves.toMatchObject({ reason: 'CLOSED' })
  })

  it('names the address of a port where nobody listens', async () => {
    const { port } = broker
    await broker.stop()
    await expect(Connection.connect({ host: '127.0.0.1', port })).rejects.toMatchObject({
      reason: 'ECONNREFUSED',
      message: `connection refused to 127.0.0.1:${port}`
    })
    broker = await FakeBroker.start()
  })

  it('sends raw bytes as they are', async () => {
    broker.on(heartbeat, () => ({ errorCode: 7 }))
    const connection = await connect({ negotiate: false })
    // Heartbeat v0, correlation id 5, no client id: group "g", generation 1, member "m".
    const bytes = Buffer.from('0000001400' + '0c0000' + '00000005' + 'ffff' + '000167' + '00000001' + '00016d', 'hex')
    expect((await connection.exchange(bytes)).toString('hex')).toBe('00000005' + '0007')
  })
})

describe('what is no broker', () => {
  let server: Server
  let answer: (socket: Socket) => void

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => answer(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterEach(() => new Promise((resolve) => server.close(resolve)))

  const connectToServer = () => {
    const address = server.address() as { port: number }
    return Connection.connect({ host: '127.0.0.1', port: address.port })
  }

  it('is told apart when it answers HTTP or a TLS alert', async () => {
    answer = (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    await expect(connectToServer()).rejects.toThrow("does not speak Kafka's protocol")
    answer = (socket) => socket.end(Buffer.from('15030300020246', 'hex'))
    await expect(connectToServer()).rejects.toThrow("does not speak Kafka's protocol")
  })

  it('is told apart when its answer is no ApiVersions response', async () => {
    answer = (socket) => socket.end(Buffer.from('000000050000000000', 'hex'))
    await expect(connectToServer()).rejects.toThrow('does not answer as a Kafka broker does')
  })
})
