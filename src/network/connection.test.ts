import { expect, test } from 'vitest'
import { systemClock } from '../system/clock.ts'
import { silentLogger } from '../system/logger.ts'
import { Connection, type Dispatch, RefusedRequestError, type Response, type Transport } from './connection.ts'
import { ReceiveBuffers } from './receive-buffers.ts'

/** A client's end: keeps what it is sent, and may stop reading. */
class FakeTransport implements Transport {
  writes: Buffer[] = []
  bufferedBytes = 0
  isReading = true
  isClosed = false
  isDestroyed = false
  isStuck = false
  private waiting: (() => void)[] = []

  write(chunks: readonly Buffer[], sent: (() => void) | undefined): void {
    const bytes = Buffer.concat(chunks)
    this.writes.push(bytes)
    if (this.isStuck) {
      this.bufferedBytes += bytes.length
      if (sent !== undefined) this.waiting.push(sent)
    } else {
      sent?.()
    }
  }
  drain(): void {
    this.isStuck = false
    this.bufferedBytes = 0
    for (const sent of this.waiting.splice(0)) sent()
  }
  resumeReading(): void {
    this.isReading = true
  }
  close(): void {
    this.isClosed = true
  }
  destroy(): void {
    this.isDestroyed = true
  }
  get text(): string {
    return Buffer.concat(this.writes).toString()
  }
}

const addresses = { localHost: '127.0.0.1', localPort: 9092, remoteHost: '127.0.0.1', remotePort: 5000 }
const listener = { name: 'PLAINTEXT', advertisedTo: () => ({ host: '127.0.0.1', port: 9092 }) }

function connect(answer: (body: string, connection: Connection) => Response | Promise<Response>) {
  const transport = new FakeTransport()
  const warnings: string[] = []
  const buffers = new ReceiveBuffers()
  const dispatch: Dispatch = (connection, frames) =>
    answer(frames.buffer.toString('utf8', frames.frameStart, frames.frameEnd), connection)
  const connection = new Connection('id', listener, addresses, transport, {
    clock: systemClock,
    logger: { ...silentLogger, warn: (message) => warnings.push(message), error: (message) => warnings.push(message) },
    buffers,
    maxFrameBytes: 1_000_000,
    dispatch,
    onClose: () => {}
  })
  const send = (...bodies: string[]) => {
    const bytes = Buffer.concat(
      bodies.map((body) => {
        const frame = Buffer.alloc(4 + body.length)
        frame.writeInt32BE(body.length)
        frame.write(body, 4)
        return frame
      })
    )
    receive(bytes)
  }
  const receive = (bytes: Buffer) => {
    const target = connection.readTarget()
    bytes.copy(target)
    transport.isReading = connection.received(bytes.length, target) && transport.isReading
  }
  return { transport, connection, send, receive, warnings }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const text = (value: string): Response => [Buffer.from(value)]

function deferred() {
  let resolve: (value: Response) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<Response>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

test('pipelined requests are answered in order, in one write', () => {
  const { transport, send } = connect((body) => text(`${body};`))
  send('a', 'b', 'c')
  expect(transport.writes.map(String)).toEqual(['a;b;c;'])
})

test('a request waits for the response of the one before it', async () => {
  const first = deferred()
  const seen: string[] = []
  const { transport, send } = connect((body) => {
    seen.push(body)
    return body === 'wait' ? first.promise : text(`${body};`)
  })
  send('x', 'wait', 'y', 'z')
  await settled()
  expect(seen).toEqual(['x', 'wait'])
  expect(transport.text).toBe('x;')
  expect(transport.isReading).toBe(false)
  first.resolve(text('waited;'))
  await settled()
  expect(seen).toEqual(['x', 'wait', 'y', 'z'])
  expect(transport.text).toBe('x;waited;y;z;')
  expect(transport.isReading).toBe(true)
})

test('a request without a response is followed by the next', () => {
  const { transport, send } = connect((body) => (body === 'silent' ? null : text(`${body};`)))
  send('silent', 'a', 'silent')
  expect(transport.text).toBe('a;')
})

test('a client that does not read is paused, and served again when it has read', () => {
  const seen: string[] = []
  const big = Buffer.alloc(200_000, 'r')
  const { transport, connection, send } = connect((body) => {
    seen.push(body)
    return [big]
  })
  transport.isStuck = true
  send('1', '2', '3', '4', '5', '6')
  expect(seen.length).toBeLessThanOrEqual(3)
  expect(transport.isReading).toBe(false)
  const buffered = transport.bufferedBytes
  transport.drain()
  connection.drained()
  expect(seen).toEqual(['1', '2', '3', '4', '5', '6'])
  expect(transport.isReading).toBe(true)
  expect(buffered).toBeLessThanOrEqual(600_000)
})

test('what was answered before a malformed frame is sent, then the connection closes with one line that says why', () => {
  const { transport, receive, warnings } = connect((body) => text(`${body};`))
  receive(Buffer.concat([Buffer.from([0, 0, 0, 1, 0x61]), Buffer.from([0xff, 0xff, 0xff, 0xff])]))
  expect(transport.text).toBe('a;')
  expect(transport.isClosed).toBe(true)
  expect(warnings).toEqual([expect.stringMatching(/127\.0\.0\.1:5000.*negative size/)])
})

test('a refused request closes the connection and later ones are not looked at', () => {
  const seen: string[] = []
  const { transport, send, warnings } = connect((body) => {
    seen.push(body)
    throw new RefusedRequestError('it sent nonsense')
  })
  send('a', 'b')
  send('c')
  expect(seen).toEqual(['a'])
  expect(transport.isClosed).toBe(true)
  expect(warnings.length).toBe(1)
})

test('ending answers the request in progress and takes no other', async () => {
  const first = deferred()
  const { transport, connection, send } = connect((body) => (body === 'wait' ? first.promise : text(body)))
  send('wait', 'never')
  connection.end()
  expect(transport.isClosed).toBe(false)
  first.resolve(text('done'))
  await settled()
  expect(transport.text).toBe('done')
  expect(transport.isClosed).toBe(true)
})

test('a handler may close the connection after its response', () => {
  const { transport, send, warnings } = connect((body, connection) => {
    connection.refuse('acks=0 and an error')
    return text(body)
  })
  send('a', 'b')
  expect(transport.text).toBe('a')
  expect(transport.isClosed).toBe(true)
  expect(warnings).toEqual([expect.stringMatching(/acks=0 and an error/)])
})

test('a failed promise ends the connection', async () => {
  const first = deferred()
  const { transport, send, warnings } = connect(() => first.promise)
  send('a')
  first.reject(new Error('boom'))
  await settled()
  expect(transport.isClosed).toBe(true)
  expect(warnings.length).toBe(1)
})

test('sent callbacks come when the bytes have left, or with the end of the connection', () => {
  const calls: string[] = []
  const { transport, connection, send } = connect((body, connection) => {
    connection.onSent(() => calls.push(body))
    return text(body)
  })
  send('a')
  expect(calls).toEqual(['a'])
  transport.isStuck = true
  send('b')
  expect(calls).toEqual(['a'])
  transport.drain()
  expect(calls).toEqual(['a', 'b'])
  connection.onSent(() => calls.push('c'))
  connection.closed()
  expect(calls).toEqual(['a', 'b', 'c'])
})

test('disconnect callbacks come once, unless taken back', async () => {
  const calls: string[] = []
  const first = deferred()
  const { transport, connection, send } = connect((_, connection) => {
    connection.onDisconnect(() => calls.push('kept'))
    const takeBack = connection.onDisconnect(() => calls.push('taken back'))
    takeBack()
    return first.promise
  })
  send('a')
  connection.closed()
  connection.closed()
  expect(calls).toEqual(['kept'])
  first.resolve(text('too late'))
  await settled()
  expect(transport.text).toBe('')
})
