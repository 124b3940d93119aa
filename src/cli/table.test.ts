import { expect, it } from 'vitest'
import { formatPairs, formatTable } from './table.ts'

it('aligns text left and numbers right, without trailing spaces', () => {
  const rows = [
    ['orders', 12, 'x'],
    ['ü', null, undefined]
  ] as const
  expect(formatTable(['name', 'count', 'note'], rows, { colors: false })).toBe(
    ['NAME    COUNT  NOTE', 'orders     12  x', 'ü           -  -', ''].join('\n')
  )
})

it('is its headings when there are no rows', () => {
  expect(formatTable(['name', 'count'], [], { colors: false })).toBe('NAME  COUNT\n')
})

it('has bold headings only when asked for', () => {
  expect(formatTable(['a'], [], { colors: true })).toBe('\u001b[1mA\u001b[22m\n')
})

it('puts pairs under each other', () => {
  expect(
    formatPairs([
      ['id', 'x'],
      ['state', null]
    ])
  ).toBe('id     x\nstate  -\n')
})
