import { describe, expect, it } from 'vitest'
import { parseTime } from './time-spec.ts'

const NOW_MS = Date.parse('2026-03-01T12:00:00Z')

describe('parseTime', () => {
  it.each([
    ['1700000000000', 1700000000000],
    ['0', 0],
    ['now', NOW_MS],
    ['-1h', NOW_MS - 3_600_000],
    ['-1d12h', NOW_MS - 129_600_000],
    ['-90s500ms', NOW_MS - 90_500],
    ['+5m', NOW_MS + 300_000],
    ['2026-02-28', Date.parse('2026-02-28T00:00:00Z')],
    ['2026-02-28T10:00:00+02:00', Date.parse('2026-02-28T08:00:00Z')]
  ])('reads %s', (text, timeMs) => expect(parseTime(text, NOW_MS)).toBe(timeMs))

  it.each(['', '-', '-1', '-1y', 'yesterday', '2026-13-01', '1h', '12:00'])('refuses %j', (text) => {
    expect(() => parseTime(text, NOW_MS)).toThrow('bad time')
  })
})
