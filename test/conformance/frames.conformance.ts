// The wire below the APIs: order, and what happens to frames that are wrong.
import { describe, expect, test } from 'vitest'
import { Reader } from '../../src/bytes/reader.ts'
import { errorName } from '../../src/error-codes.ts'
import { responseCodec } from '../../src/protocol/compile.ts'
import { encodeRequest } from '../../src/protocol/frame.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import type { AnyApi } from '../../src/protocol/schema.ts'
import { batchOf, valuesIn } from './batches.ts'
import { fetchFrom, fetchRequest } from './fetch-requests.ts'
import { fill, produceRequest } from './produce-requests.ts'
import { framed, int16, int32, RawSocket, requestHeader } from './raw-socket.ts'
import { createTopic } from './topics.ts'
import { request, sleep } from './wire.ts'

const METADATA = metadata.key
const closed = 'closed'
const varint = (...bytes: number[]) => Buffer.from(bytes)

/** A plain ApiVersions request, to see that a connection still works. */
const ping = (correlationId: number) => framed(requestHeader({ apiKey: apiVersions.key, apiVersion: 0, correlationId }))

async function stillWorks(socket: RawSocket) {
  socket.send(ping(4242))
  const frame = await socket.next()
  expect(frame === closed ? closed : frame.readInt32BE(0)).toBe(4242)
}

const outcome = async (socket: RawSocket) => ((await socket.next()) === closed ? closed : 'answered')

/** Sends bytes and expects the target to hang up; another connection must not notice. */
async function hangsUp(...parts: Buffer[]) {
  const socket = await RawSocket.open()
  socket.send(...parts)
  expect(await outcome(socket)).toBe(closed)
  await stillWorks(await RawSocket.open())
}

describe('Order', () => {
  test('pipelined requests are answered in order', async () => {
    const socket = await RawSocket.open()
    const ids = Array.from({ length: 50 }, (_, index) => 1000 - index)
    socket.send(...ids.map(ping))
    for (const id of ids) expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(id)
  })

  test('also behind a fetch that waits', async () => {
    const topic = await createTopic()
    const socket = await RawSocket.open()
    const body = fetchRequest([{ topic }], 18, { maxWaitMs: 400, minBytes: 1 })
    socket.send(...encodeRequest(fetch, 18, 1, 'raw', body), ping(2), ping(3))
    const start = performance.now()
    for (const id of [1, 2, 3]) expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(id)
    expect(performance.now() - start).toBeGreaterThan(300)
  })

  test('pipelined produces land in order', async () => {
    const topic = await createTopic()
    const socket = await RawSocket.open()
    const values = Array.from({ length: 30 }, (_, index) => `value ${index}`)
    const frames = values.flatMap((value, index) =>
      encodeRequest(produce, 9, index, 'raw', produceRequest(topic, batchOf([value]), { version: 9 }))
    )
    socket.send(...frames)
    for (let index = 0; index < values.length; index++) {
      expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(index)
    }
    expect(valuesIn((await fetchFrom(topic)).records)).toEqual(values)
  })

  test('a request that comes in pieces is one request', async () => {
    const socket = await RawSocket.open()
    for (const byte of ping(9)) {
      socket.send(Buffer.from([byte]))
      await sleep(2)
    }
    expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(9)
  })

  test('correlation ids are given back as they are', async () => {
    const socket = await RawSocket.open()
    for (const id of [0, -1, 2147483647, -2147483648]) {
      socket.send(ping(id))
      expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(id)
    }
  })

  test('what was sent before the client half-closed is kept', async () => {
    const topic = await createTopic()
    const socket = await RawSocket.open()
    socket.send(...encodeRequest(produce, 9, 1, 'raw', produceRequest(topic, batchOf(['last']), { version: 9 })))
    socket.end()
    await socket.next()
    await sleep(100)
    expect(valuesIn((await fetchFrom(topic)).records)).toEqual(['last'])
  })
})

describe('Frames of a wrong size', () => {
  test('negative', () => hangsUp(int32(-1)))
  test('larger than socket.request.max.bytes', () => hangsUp(int32(104_857_601), Buffer.alloc(100)))
  test('a TLS greeting', () => hangsUp(Buffer.from('16030100a5010000a10303', 'hex'), Buffer.alloc(64)))
  test('an HTTP request', () => hangsUp(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')))
  test('empty', () => hangsUp(int32(0)))
  test('too short for a header', () => hangsUp(framed(int16(3), int16(1))))
  test('too short for the client id', () =>
    hangsUp(framed(int16(METADATA), int16(1), int32(1), int16(50), Buffer.from('abc'))))

  test('not complete: it waits, and a close in the middle does no harm', async () => {
    const socket = await RawSocket.open()
    socket.send(int32(100), Buffer.alloc(50))
    expect(await socket.staysSilent(300)).toBe(true)
    socket.end()
    expect(await socket.next()).toBe(closed)
    await stillWorks(await RawSocket.open())
  })

  test('an empty frame among others', async () => {
    const socket = await RawSocket.open()
    socket.send(ping(1), int32(0), ping(2))
    expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(1)
    expect(await socket.next()).toBe(closed)
  })
})

describe('Headers', () => {
  const header = (apiKey: number, apiVersion: number) => requestHeader({ apiKey, apiVersion, correlationId: 1 })

  test('an API key that does not exist', () => hangsUp(framed(header(999, 0))))
  test('a negative API key', () => hangsUp(framed(header(-1, 0))))
  test('a version above the highest', () => hangsUp(framed(header(METADATA, 14), int32(-1))))
  test('a negative version', () => hangsUp(framed(header(METADATA, -1), int32(-1))))
  test.each([
    ['Produce', 0, 2],
    ['Fetch', 1, 3],
    ['ListOffsets', 2, 0],
    ['OffsetCommit', 8, 1],
    ['OffsetFetch', 9, 0],
    ['CreateTopics', 19, 1],
    ['DeleteTopics', 20, 0],
    ['OffsetForLeaderEpoch', 23, 1],
    ['DescribeConfigs', 32, 0]
  ])('a version of %s that was removed', (_, apiKey, version) =>
    hangsUp(framed(header(apiKey, version), Buffer.alloc(40)))
  )
  test.each([
    ['LeaderAndIsr', 4],
    ['ControlledShutdown', 7],
    ['Vote', 52],
    ['BrokerRegistration', 62],
    ['AllocateProducerIds', 67]
  ])('an API between brokers: %s', (_, apiKey) => hangsUp(framed(header(apiKey, 0), Buffer.alloc(60))))

  test('a client id of null', async () => {
    const socket = await RawSocket.open()
    socket.send(framed(int16(METADATA), int16(1), int32(5), int16(-1), int32(0)))
    expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(5)
  })

  test('an empty client id, and one that is not UTF-8', async () => {
    const socket = await RawSocket.open()
    socket.send(framed(int16(METADATA), int16(1), int32(5), int16(0), int32(0)))
    expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(5)
    socket.send(framed(int16(METADATA), int16(1), int32(6), int16(2), Buffer.from([0xff, 0xfe]), int32(0)))
    expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(6)
  })

  test('unknown tagged fields are skipped', async () => {
    const socket = await RawSocket.open()
    const head = [int16(describeCluster.key), int16(0), int32(8), int16(3), Buffer.from('raw')]
    const tags = varint(2, 0, 2, 1, 2, 200, 1, 1, 9) // two fields: tag 0 with two bytes, tag 200 with one
    socket.send(framed(...head, tags, Buffer.from([0]), varint(1, 77, 3, 1, 2, 3)))
    const frame = await socket.next()
    if (frame === closed) throw new Error(closed)
    expect(frame.readInt32BE(0)).toBe(8)
    const response = responseCodec(describeCluster, 0).decode(new Reader(frame, 5))
    expect(errorName(response.errorCode)).toBe('NONE')
  })
})

describe('Bodies', () => {
  const body = (api: AnyApi, apiVersion: number, ...parts: Buffer[]) =>
    framed(requestHeader({ apiKey: api.key, apiVersion, correlationId: 1, flexible: apiVersion >= 9 }), ...parts)

  test('missing', () => hangsUp(body(metadata, 1)))
  test('an array count that no frame can hold', () => hangsUp(body(metadata, 1, int32(2_147_483_647))))
  test('an array count larger than the frame', () =>
    hangsUp(body(metadata, 1, int32(1000), int16(1), Buffer.from('a'))))
  test('a negative array count where null is not allowed', () => hangsUp(body(metadata, 0, int32(-1))))
  test('an array count of -2 is null where null is allowed', async () => {
    const socket = await RawSocket.open()
    socket.send(body(metadata, 1, int32(-2)))
    expect(await outcome(socket)).toBe('answered')
  })
  test('a compact array count that no frame can hold', () => hangsUp(body(metadata, 9, varint(255, 255, 255, 255, 7))))
  test('a varint that does not end', () => hangsUp(body(metadata, 9, varint(255, 255, 255, 255, 255, 255, 255, 255))))
  test('a string longer than the frame', () => hangsUp(body(metadata, 1, int32(1), int16(30_000), Buffer.from('abc'))))
  test('a string of length -1 where null is not allowed', () => hangsUp(body(metadata, 1, int32(1), int16(-1))))
  test('a tagged field longer than the frame', () => hangsUp(body(metadata, 9, varint(0, 1, 0, 0, 1, 5, 100))))
  test('tagged fields out of order', async () => {
    const socket = await RawSocket.open()
    socket.send(body(metadata, 9, varint(1, 1, 0, 0, 2, 7, 0, 5, 0)))
    expect(await outcome(socket)).toMatchInlineSnapshot(`"answered"`)
  })

  test('bytes behind the body', async () => {
    const socket = await RawSocket.open()
    socket.send(body(metadata, 1, int32(0), Buffer.from([1, 2, 3, 4])))
    expect(await outcome(socket)).toMatchInlineSnapshot(`"answered"`)
  })

  test('records longer than the frame', () =>
    hangsUp(
      framed(
        requestHeader({ apiKey: produce.key, apiVersion: 8, correlationId: 1 }),
        int16(-1), // transactional id
        int16(-1), // acks
        int32(1000),
        int32(1),
        int16(1),
        Buffer.from('t'),
        int32(1),
        int32(0),
        int32(2_000_000_000) // record bytes
      )
    ))

  test('what is wrong on one connection does not reach another', async () => {
    const topic = await createTopic()
    const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.open()))
    for (const [index, socket] of sockets.entries()) socket.send(int32(-index - 1), Buffer.alloc(1000))
    await fill(topic, ['untouched'])
    expect((await request(metadata, 12, { topics: [{ name: topic.name }] })).topics[0].errorCode).toBe(0)
    for (const socket of sockets) expect(await socket.next()).toBe(closed)
  })
})
