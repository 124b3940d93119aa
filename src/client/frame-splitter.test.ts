import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FrameSplitter } from './frame-splitter.ts'

function framed(body: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

it('gives the same frames however the stream is cut', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 })
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (frames, cuts) => {
      const stream = Buffer.concat(frames.map(framed))
      const seen: Buffer[] = []
      const splitter = new FrameSplitter(1000, (frame) => seen.push(Buffer.from(frame)))
      for (let at = 0, cut = 0; at < stream.length; at += cuts[cut % cuts.length], cut++) {
        splitter.push(stream.subarray(at, at + cuts[cut % cuts.length]))
      }
      expect(seen.map((frame) => frame.toString('hex'))).toEqual(
        frames.map((body) => Buffer.from(body).toString('hex'))
      )
    })
  )
})

it('refuses sizes that no broker sends', () => {
  const push = (bytes: Buffer) => () => new FrameSplitter(1000, () => undefined).push(bytes)
  expect(push(Buffer.from('HTTP/1.1 400'))).toThrow(RangeError)
  expect(push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(RangeError)
  expect(push(Buffer.from([0, 0, 3, 0xe9]))).toThrow(RangeError)
})
