import { expect, test, vi } from 'vitest'
import type { Broker } from '../broker/broker.ts'
import { Reader } from '../bytes/reader.ts'
import { KafkaError } from '../error-codes.ts'
import { createApiVersionsHandler } from '../handlers/api-versions.ts'
import { type Handler, handler, type RequestContext } from '../handlers/handler.ts'
import { requestCodec, responseCodec } from '../protocol/compile.ts'
import { decodeResponseHeader, encodeRequest } from '../protocol/frame.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import type { AnyApi } from '../protocol/schema.ts'
import { systemClock } from '../system/clock.ts'
import { silentLogger } from '../system/logger.ts'
import { Connection } from './connection.ts'
import { Dispatcher } from './dispatch.ts'
import { FrameReader } from './frame-reader.ts'
import { ReceiveBuffers } from './receive-buffers.ts'

const image = { features: () => new Map([['metadata.version', 30]]), offset: 7 }
const broker = { metadata: { image } } as unknown as Broker
const addresses = { localHost: '127.0.0.1', localPort: 9092, remoteHost: '127.0.0.1', remotePort: 5000 }
const transport = { write() {}, bufferedBytes: 0, resumeReading() {}, close() {}, destroy() {} }

function dispatching(handlers: readonly Handler[]) {
  const buffers = new ReceiveBuffers()
  const errors: string[] = []
  const logger = { ...silentLogger, error: (message: string) => errors.push(message) }
  const { dispatch } = new Dispatcher([createApiVersionsHandler(handlers), ...handlers], broker, logger)
  const listener = { name: 'PLAINTEXT', advertisedTo: () => ({ host: '127.0.0.1', port: 9092 }) }
  const environment = {
    ...{ clock: systemClock, logger, buffers, dispatch },
    maxFrameBytes: 1_000_000,
    onClose: () => {}
  }
  const connection = new Connection('id', listener, addresses, transport, environment)
  const send = (frame: Buffer) => {
    const frames = new FrameReader(buffers, 1_000_000)
    frame.copy(buffers.shared)
    frames.received(buffers.shared, frame.length)
    expect(frames.next()).toBe(true)
    return dispatch(connection, frames)
  }
  return { send, errors, buffers, connection }
}

const requestFrame = (api: AnyApi, version: number, value: object, clientId = 'me') =>
  Buffer.concat(encodeRequest(api, version, 42, clientId, value))

/** Any header, then any bytes. */
function rawFrame(apiKey: number, apiVersion: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(14 + rest.length)
  frame.writeInt32BE(10 + rest.length, 0)
  frame.writeInt16BE(apiKey, 4)
  frame.writeInt16BE(apiVersion, 6)
  frame.writeInt32BE(42, 8)
  frame.writeInt16BE(-1, 12)
  rest.copy(frame, 14)
  return frame
}

function decode<A extends AnyApi>(api: A, version: number, response: unknown) {
  const reader = new Reader(Buffer.concat(response as Buffer[]), 4)
  expect(decodeResponseHeader(reader, api, version).correlationId).toBe(42)
  const value = responseCodec(api, version).decode(reader)
  expect(reader.remaining).toBe(0)
  return value
}

const heartbeatWith = (handle: () => never | object) =>
  handler(heartbeat, { versions: '0-4', access: 'none', handle: handle as () => { errorCode: number } })

test('a request reaches its handler with its context, and the answer comes back', () => {
  const seen: Partial<RequestContext>[] = []
  const { send } = dispatching([
    handler(heartbeat, {
      versions: '0-4',
      access: 'none',
      handle(request, _, context) {
        seen.push({ clientId: context.clientId, clientHost: context.clientHost, apiVersion: context.apiVersion })
        expect(request.groupId).toBe('g')
        return { errorCode: 27 }
      }
    })
  ])
  expect(decode(heartbeat, 4, send(requestFrame(heartbeat, 4, { groupId: 'g' }))).errorCode).toBe(27)
  expect(seen).toEqual([{ clientId: 'me', clientHost: '/127.0.0.1', apiVersion: 4 }])
})

test('a KafkaError is answered with its code, a bug with UNKNOWN_SERVER_ERROR and a stack in the log', async () => {
  const failures = [
    () => {
      throw new KafkaError('UNKNOWN_MEMBER_ID')
    },
    () => Promise.reject(new KafkaError('ILLEGAL_GENERATION')),
    () => {
      throw new Error('bug')
    },
    () => Promise.reject(new Error('late bug'))
  ]
  const next = vi.fn()
  const { send, errors } = dispatching([heartbeatWith(() => next())])
  const codes: number[] = []
  for (const failure of failures) {
    next.mockImplementationOnce(failure)
    codes.push(decode(heartbeat, 0, await send(requestFrame(heartbeat, 0, {}))).errorCode)
  }
  expect(codes).toEqual([25, 22, -1, -1])
  expect(errors).toEqual([
    'Heartbeat v0 of client "me" at 127.0.0.1:5000 failed',
    'Heartbeat v0 of client "me" at 127.0.0.1:5000 failed'
  ])
})

test.each([
  ['an API that nobody knows', rawFrame(999, 0), /API key 999/],
  ['an API that is not served', rawFrame(11, 0), /JoinGroup \(API key 11\)/],
  ['a negative API key', rawFrame(-1, 0), /API key -1/],
  ['a version that is not served', rawFrame(12, 5, Buffer.alloc(1)), /Heartbeat version 5, served are 0 to 4/],
  ['a negative version', rawFrame(12, -1), /Heartbeat version -1/],
  ['a truncated body', rawFrame(12, 0, Buffer.from([0, 9, 1])), /malformed Heartbeat request, version 0/],
  ['an empty frame', Buffer.alloc(4), /malformed request header/]
])('%s ends the connection', (_, frame, message) => {
  const { send } = dispatching([heartbeatWith(() => ({}))])
  expect(() => send(frame)).toThrow(message)
})

test('bytes behind a request are ignored, as Apache Kafka does', () => {
  const { send } = dispatching([heartbeatWith(() => ({ errorCode: 0 }))])
  const frame = Buffer.concat([requestFrame(heartbeat, 0, { groupId: 'g' }), Buffer.from('tail')])
  frame.writeInt32BE(frame.length - 4)
  expect(decode(heartbeat, 0, send(frame)).errorCode).toBe(0)
})

test('ApiVersions in an unknown version is answered in version 0 with its own versions', () => {
  const { send } = dispatching([])
  for (const version of [5, 99, 32767]) {
    // From version 3 on the header is flexible; whatever the body is, it is not looked at.
    const response = decode(apiVersions, 0, send(rawFrame(18, version, Buffer.from([0, 0xff, 0xff]))))
    expect(response).toMatchObject({ errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] })
  }
  expect(decode(apiVersions, 0, send(rawFrame(18, -1))).errorCode).toBe(35)
})

test('ApiVersions lists what is served, and features as its version can say them', () => {
  const { send, connection } = dispatching([heartbeatWith(() => ({}))])
  const client = { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '4.3.1' }
  const old = decode(apiVersions, 0, send(requestFrame(apiVersions, 0, {})))
  expect(old.apiKeys).toEqual([
    { apiKey: 12, minVersion: 0, maxVersion: 4 },
    { apiKey: 18, minVersion: 0, maxVersion: 4 }
  ])
  const third = decode(apiVersions, 3, send(requestFrame(apiVersions, 3, client)))
  expect(third.supportedFeatures.map(({ name }) => name)).toEqual(['metadata.version'])
  expect(third.finalizedFeatures).toEqual([{ name: 'metadata.version', minVersionLevel: 30, maxVersionLevel: 30 }])
  expect(third.finalizedFeaturesEpoch).toBe(7)
  const fourth = decode(apiVersions, 4, send(requestFrame(apiVersions, 4, client)))
  expect(fourth.supportedFeatures.length).toBe(7)
  expect(connection.clientSoftwareName).toBe('apache-kafka-java')
})

test.each(['', 'with space', '-dash', 'dot.', 'ü'])('a client that calls itself %j gets INVALID_REQUEST', (name) => {
  const { send } = dispatching([])
  const request = { clientSoftwareName: name, clientSoftwareVersion: '1.0' }
  expect(decode(apiVersions, 3, send(requestFrame(apiVersions, 3, request)))).toMatchObject({
    errorCode: 42,
    apiKeys: []
  })
})

test('bytes of a request stay, unless its handler only borrows them', () => {
  const kept: Buffer[] = []
  const spec = {
    versions: '0-9',
    access: 'none',
    handle(request: { protocols: { metadata: Buffer }[] }) {
      kept.push(request.protocols[0].metadata)
      return {}
    }
  } as const
  const request = { protocols: [{ name: 'range', metadata: Buffer.from('precious') }] }
  for (const borrowsRequest of [false, true]) {
    const { send, buffers } = dispatching([handler(joinGroup, { ...spec, borrowsRequest })])
    send(requestFrame(joinGroup, 5, request))
    buffers.shared.fill('!')
  }
  expect(kept.map(String)).toEqual(['precious', '!!!!!!!!'])
  expect(requestCodec(joinGroup, 5)).toBeDefined()
})
