import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../system/clock.ts'
import { silentLogger } from '../system/logger.ts'
import type { Dispatch } from './connection.ts'
import { type Listener, PortInUseError } from './listener.ts'
import { Network, type NetworkSettings } from './network.ts'

const settings: NetworkSettings = {
  maxFrameBytes: 10_000_000,
  maxIdleMs: 600_000,
  backlog: 50,
  maxConnections: 1000,
  maxConnectionsPerIp: 1000,
  maxConnectionsPerIpOverrides: new Map()
}

const networks: Network[] = []
afterEach(async () => {
  for (const network of networks.splice(0)) await network.close(0)
})

const echo: Dispatch = (_, frames) => [Buffer.from(frames.buffer.subarray(frames.frameStart, frames.frameEnd))]

async function open(options: Partial<NetworkSettings> = {}, dispatch: Dispatch = echo, host = '127.0.0.1') {
  const lines: string[] = []
  const logger = { ...silentLogger, info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) }
  const spec = { name: 'PLAINTEXT', host, port: 0, advertised: null }
  const network = new Network([spec], { ...settings, ...options }, { clock: systemClock, logger })
  networks.push(network)
  await network.bind()
  network.serve(dispatch)
  return { network, listener: network.listeners[0] as Listener, port: network.listeners[0].port, lines }
}

interface Client {
  readonly socket: Socket
  read(count: number): Promise<Buffer>
  readonly ended: Promise<void>
}

function client(port: number, host = '127.0.0.1'): Promise<Client> {
  const socket = connect({ port, host })
  const chunks: Buffer[] = []
  let receivedBytes = 0
  let wake = () => {}
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    receivedBytes += chunk.length
    wake()
  })
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {})
  const read = async (count: number) => {
    while (receivedBytes < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const received = Buffer.concat(chunks.splice(0))
    chunks.push(received.subarray(count))
    receivedBytes -= count
    return received.subarray(0, count)
  }
  return new Promise((resolve) => socket.once('connect', () => resolve({ socket, read, ended })))
}

function frame(body: Buffer | string): Buffer {
  const bytes = Buffer.from(body)
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('frames from one byte to megabytes, pipelined over several connections, come back whole and in order', async () => {
  const { port } = await open()
  const bodies = [1, 100, 5_000, 66_000, 300_000, 7, 3_000_000, 64, 65_536].map((size, index) =>
    Buffer.alloc(size, index + 1)
  )
  const whole = Buffer.concat(bodies)
  const clients = await Promise.all([client(port), client(port), client(port)])
  await Promise.all(
    clients.map(async ({ socket, read }) => {
      for (const body of bodies) socket.write(frame(body))
      expect((await read(whole.length)).equals(whole)).toBe(true)
      socket.destroy()
    })
  )
})

test('a client that does not read stops the broker from working for it, not for others', async () => {
  let answered = 0
  const big = Buffer.alloc(1_000_000, 'x')
  const { port } = await open({}, () => {
    answered++
    return [big]
  })
  const lazy = await client(port)
  lazy.socket.pause()
  for (let index = 0; index < 100; index++) lazy.socket.write(frame('fetch'))
  await pause(200)
  const whilePaused = answered
  expect(whilePaused).toBeLessThan(50)
  const other = await client(port)
  other.socket.write(frame('fetch'))
  expect((await other.read(big.length)).length).toBe(big.length)
  lazy.socket.resume()
  expect((await lazy.read(100 * big.length)).length).toBe(100 * big.length)
  expect(answered).toBe(101)
  lazy.socket.destroy()
  other.socket.destroy()
})

test('an idle connection is closed, one that waits for its answer is not', async () => {
  const { port, network } = await open({ maxIdleMs: 60 }, () => new Promise(() => {}))
  const idle = await client(port)
  const waiting = await client(port)
  waiting.socket.write(frame('wait'))
  await idle.ended
  await pause(100)
  expect(network.connectionCount).toBe(1)
  waiting.socket.destroy()
  await pause(20)
  expect(network.connectionCount).toBe(0)
})

test('max.connections.per.ip closes one too many, with a line that says why', async () => {
  const { port, lines } = await open({
    maxConnectionsPerIp: 5,
    maxConnectionsPerIpOverrides: new Map([['127.0.0.1', 1]])
  })
  const first = await client(port)
  const second = await client(port)
  await second.ended
  expect(lines).toEqual([expect.stringMatching(/127\.0\.0\.1.*max\.connections\.per\.ip/)])
  first.socket.destroy()
  await pause(20)
  const third = await client(port)
  third.socket.write(frame('hello'))
  expect(String(await third.read(5))).toBe('hello')
  third.socket.destroy()
})

test('above max.connections a client waits until another one leaves', async () => {
  const { port } = await open({ maxConnections: 1 })
  const first = await client(port)
  first.socket.write(frame('one'))
  expect(String(await first.read(3))).toBe('one')
  const second = await client(port)
  second.socket.write(frame('two'))
  let isAnswered = false
  const answer = second.read(3).then((bytes) => {
    isAnswered = true
    return bytes
  })
  await pause(50)
  expect(isAnswered).toBe(false)
  first.socket.destroy()
  expect(String(await answer)).toBe('two')
  second.socket.destroy()
})

test('closing answers what is in progress, then ends every connection and frees the port', async () => {
  let answer: (chunks: Buffer[]) => void = () => {}
  const { port, network } = await open({}, (_, frames) => {
    const body = frames.buffer.toString('utf8', frames.frameStart, frames.frameEnd)
    if (body !== 'wait') return [Buffer.from(body)]
    return new Promise((resolve) => {
      answer = resolve
    })
  })
  const idle = await client(port)
  const waiting = await client(port)
  waiting.socket.write(frame('wait'))
  await pause(20)
  const closed = network.close(5_000)
  await idle.ended
  answer([Buffer.from('last')])
  expect(String(await waiting.read(4))).toBe('last')
  await waiting.ended
  await closed
  const again = await open({}, echo)
  expect(again.port).toBeGreaterThan(0)
})

test('what does not end within the grace time is cut', async () => {
  const { port, network } = await open({}, () => new Promise(() => {}))
  const waiting = await client(port)
  waiting.socket.write(frame('wait'))
  await pause(20)
  await network.close(50)
  await waiting.ended
})

test('a port in use is named', async () => {
  const { port } = await open()
  const spec = { name: 'PLAINTEXT', host: 'localhost', port, advertised: null }
  const second = new Network([spec], settings, { clock: systemClock, logger: silentLogger })
  await expect(second.bind()).rejects.toThrow(PortInUseError)
  await expect(second.bind()).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`)
})

test('localhost is both loopback addresses, and a client is told to dial the one it came in on', async () => {
  const advertised: unknown[] = []
  const { port, listener } = await open(
    {},
    (connection) => {
      advertised.push(connection.listener.advertisedTo(connection))
      return [Buffer.from('ok')]
    },
    'localhost'
  )
  const four = await client(port, '127.0.0.1')
  four.socket.write(frame('x'))
  await four.read(2)
  expect(advertised).toEqual([{ host: '127.0.0.1', port }])
  expect(listener.publicEndpoint.port).toBe(port)
  four.socket.destroy()
})

test('an IPv4 client of a socket for every address is seen and answered as IPv4', async () => {
  const seen: string[] = []
  const { port } = await open(
    {},
    (connection) => {
      seen.push(connection.remoteHost, connection.listener.advertisedTo(connection).host)
      return [Buffer.from('ok')]
    },
    ''
  )
  const four = await client(port, '127.0.0.1')
  four.socket.write(frame('x'))
  await four.read(2)
  expect(seen).toEqual(['127.0.0.1', '127.0.0.1'])
  four.socket.destroy()
})
