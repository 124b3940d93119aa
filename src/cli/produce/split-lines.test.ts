import fc from 'fast-check'
import { expect, it } from 'vitest'
import { splitLines } from './split-lines.ts'

async function lines(chunks: readonly Buffer[], delimiter = '\n'): Promise<string[]> {
  async function* input() {
    yield* chunks
  }
  const seen: string[] = []
  for await (const line of splitLines(input(), Buffer.from(delimiter))) seen.push(line.toString('latin1'))
  return seen
}

it('keeps empty lines, and a last line without an end', async () => {
  expect(await lines([Buffer.from('a\n\nb')])).toEqual(['a', '', 'b'])
  expect(await lines([Buffer.from('a\n')])).toEqual(['a'])
  expect(await lines([])).toEqual([])
})

it('finds delimiters however the input is cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '|', '-'), maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (whole, size) => {
      const chunks: Buffer[] = []
      for (let at = 0; at < whole.length; at += size) chunks.push(Buffer.from(whole.slice(at, at + size)))
      const expected = whole.split('|-')
      if (expected.at(-1) === '') expected.pop()
      expect(await lines(chunks, '|-')).toEqual(expected)
    })
  )
})
