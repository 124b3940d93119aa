import { expect, test } from 'vitest'
import { combinedErrors } from './combined-rules.ts'
import { ConfigValues } from './config-values.ts'

const errorsWith = (set: Record<string, string>) => {
  const values = new ConfigValues(Object.entries(set).map(([name, value]) => [name, value, 'file'] as const))
  return combinedErrors((name) => values.text(name)).map(({ configName, message }) => [configName, message])
}

test('the defaults agree with each other', () => {
  expect(errorsWith({})).toEqual([])
})

test.each([
  [{ 'log.roll.ms': '0' }, 'log.roll.ms must be greater than or equal to 1'],
  [{ 'log.roll.jitter.ms': '-1' }, 'log.roll.jitter.ms must be greater than or equal to 0'],
  [{ 'log.retention.ms': '0' }, 'log.retention.ms must be unlimited (-1) or, greater than or equal to 1'],
  [{ 'log.retention.minutes': '0' }, 'log.retention.ms must be unlimited (-1) or, greater than or equal to 1'],
  [{ 'log.cleaner.threads': '1000' }, 'log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.'],
  [
    { 'max.connections.per.ip': '0' },
    'max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.'
  ],
  [
    { 'log.dirs': '/a,/b', 'cordoned.log.dirs': '/b,/c' },
    'All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : /c'
  ]
] as [Record<string, string>, string][])('%j is refused', (set, requirement) => {
  expect(errorsWith(set).map(([, message]) => message)).toEqual([`requirement failed: ${requirement}`])
})

test.each([
  { 'log.retention.ms': '-1' },
  { 'log.retention.ms': '-2' },
  { 'log.retention.minutes': '-1' },
  { 'log.retention.hours': '1', 'log.retention.ms': '5' },
  { 'log.roll.ms': '9223372036854775807' },
  { 'max.connections.per.ip': '0', 'max.connections.per.ip.overrides': '127.0.0.1:5,[::1]:6' }
] as Record<string, string>[])('%j is allowed', (set) => {
  expect(errorsWith(set)).toEqual([])
})

test('an interval beyond its own limit is refused', () => {
  const name = 'group.share.assignment.interval.ms'
  const message = `${name} must be less than or equal to group.share.max.assignment.interval.ms`
  expect(errorsWith({ [name]: '100000' })).toEqual([[name, message]])
})
