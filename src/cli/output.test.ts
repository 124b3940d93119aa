import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { hasColors, StreamOutput } from './output.ts'

it('gathers small writes and keeps their order', async () => {
  const stream = new PassThrough()
  const writes: string[] = []
  stream.on('data', (chunk) => writes.push(String(chunk)))
  const output = new StreamOutput(stream)
  for (const text of ['a', 'b', 'c']) await output.write(text)
  await output.flush()
  expect(writes).toEqual(['abc'])
})

it('holds the writer back while nobody reads', async () => {
  const stream = new PassThrough({ highWaterMark: 10 })
  const output = new StreamOutput(stream)
  let isWritten = false
  const written = output.write(Buffer.alloc(70_000)).then(() => {
    isWritten = true
  })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(isWritten).toBe(false)
  stream.resume()
  await written
})

it('colours for terminals only, and never with NO_COLOR', () => {
  expect(hasColors({ isTTY: true }, {})).toBe(true)
  expect(hasColors({ isTTY: false }, {})).toBe(false)
  expect(hasColors({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
  expect(hasColors({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
})
