import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameReader, InvalidFrameError } from './frame-reader.ts'
import { ReceiveBuffers } from './receive-buffers.ts'

const buffers = new ReceiveBuffers()

function framed(body: Buffer): Buffer {
  const frame = Buffer.alloc(4 + body.length)
  frame.writeInt32BE(body.length)
  body.copy(frame, 4)
  return frame
}

const bodyOf = (size: number, seed: number): Buffer => Buffer.alloc(size, (seed * 37 + 11) % 251)
const current = (reader: FrameReader): Buffer => Buffer.from(reader.buffer.subarray(reader.frameStart, reader.frameEnd))

/** As a socket does it: fills the target as far as there is something to read. */
function read(reader: FrameReader, target: Buffer, stream: Buffer, position: number, atMost: number): number {
  const count = stream.copy(target, 0, position, Math.min(stream.length, position + atMost))
  reader.received(target, count)
  return count
}

const sizes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 200 }) },
  { weight: 3, arbitrary: fc.integer({ min: 200, max: 70_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 70_000, max: 3_000_000 }) }
)

test('any frames in any pieces come out whole, whether or not some wait for their turn', () => {
  fc.assert(
    fc.property(
      fc.array(sizes, { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 10 }),
      (frameSizes, readSizes, rounds) => {
        const bodies = frameSizes.map(bodyOf)
        const stream = Buffer.concat(bodies.map(framed))
        const reader = new FrameReader(buffers, 10_000_000)
        const found: Buffer[] = []
        let target = reader.target(true)
        let round = 0
        // One byte at a time is a case for small frames; megabytes would take for ever.
        const atLeast = Math.ceil(stream.length / 2000)
        for (let position = 0, turn = 0; position < stream.length; turn++) {
          const atMost = Math.min(target.length, Math.max(atLeast, readSizes[turn % readSizes.length]))
          const count = read(reader, target, stream, position, atMost)
          position += count
          // Takes a limited number of frames per read, as a connection does while a response is awaited.
          let taken = 0
          const limit = rounds[round++ % rounds.length]
          while (taken < limit && reader.next()) {
            found.push(taken % 2 === 0 ? current(reader) : reader.keepFrame())
            taken++
          }
          reader.settle()
          // The next read overwrites the shared buffer: nothing in it may still be needed.
          buffers.shared.fill(0xee, 0, Math.min(count, buffers.shared.length))
          target = reader.target(taken < limit)
        }
        while (reader.next()) found.push(current(reader))
        reader.settle()
        expect(found.length).toBe(bodies.length)
        for (const [index, body] of bodies.entries()) expect(body.equals(found[index])).toBe(true)
        expect(reader.pendingBytes).toBe(0)
      }
    ),
    { numRuns: 200 }
  )
})

test('a frame that is kept survives the next reads', () => {
  const reader = new FrameReader(buffers, 1_000_000)
  const body = bodyOf(300_000, 3)
  const stream = Buffer.concat([framed(body), framed(bodyOf(10, 4))])
  let kept: Buffer | undefined
  let target = reader.target(true)
  for (let position = 0; position < stream.length; target = reader.target(true)) {
    position += read(reader, target, stream, position, target.length)
    while (reader.next()) kept ??= reader.keepFrame()
    reader.settle()
  }
  const other = buffers.take(300_000)
  other.fill(0)
  expect(kept?.equals(body)).toBe(true)
})

test.each([
  [-1, /negative/],
  [-2147483648, /negative/],
  [1_000_001, /socket\.request\.max\.bytes/],
  [2147483647, /socket\.request\.max\.bytes/],
  [0x16030100, /TLS handshake.*security\.protocol=PLAINTEXT/],
  [Buffer.from('GET ').readInt32BE(), /HTTP/]
])('a frame size of %i is refused', (size, message) => {
  const reader = new FrameReader(buffers, 1_000_000)
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(size)
  bytes.copy(reader.target(true))
  reader.received(buffers.shared, 4)
  expect(() => reader.next()).toThrow(InvalidFrameError)
  expect(() => reader.next()).toThrow(message)
})

test('an announced size alone reserves no memory', () => {
  const reader = new FrameReader(buffers, 100_000_000)
  const bytes = Buffer.alloc(5)
  bytes.writeInt32BE(100_000_000)
  bytes.copy(reader.target(true))
  reader.received(buffers.shared, 5)
  expect(reader.next()).toBe(false)
  reader.settle()
  expect(reader.target(true).length).toBeLessThanOrEqual(1024 * 1024)
})
