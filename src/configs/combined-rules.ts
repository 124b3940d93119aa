// What broker configs must satisfy together, when a broker starts and when they change while it runs. The texts are
// Apache Kafka's. Rules about listeners, quorums and security belong to those who read these configs.
import { brokerConfigTable } from './definitions.ts'
import { parseConfig } from './parse.ts'
import { invalidValue } from './rules.ts'

/** The text in force of a broker config. */
export type TextOf = (name: string) => string | null

export interface CombinedError {
  readonly configName: string
  readonly message: string
}

const MILLISECONDS_PER_HOUR = 3_600_000n
const CLEANER_BUFFER_BYTES_MIN = 1024n * 1024n

/** A number exactly, or undefined where the config has no value. */
function numberOf(textOf: TextOf, name: string): bigint | undefined {
  const text = textOf(name)
  const definition = brokerConfigTable.get(name)
  if (text === null || definition === undefined) return undefined
  return BigInt(parseConfig(definition, text) as number | bigint)
}

/** A time given in milliseconds, or else in minutes or hours. */
function millisecondsOf(textOf: TextOf, milliseconds: string, hours: string, minutes?: string): bigint {
  const exact = numberOf(textOf, milliseconds)
  if (exact !== undefined) return exact < 0n && minutes !== undefined ? -1n : exact
  const inMinutes = minutes === undefined ? undefined : numberOf(textOf, minutes)
  const coarse = inMinutes === undefined ? (numberOf(textOf, hours) ?? 0n) : inMinutes
  if (minutes !== undefined && coarse < 0n) return -1n
  return inMinutes === undefined ? coarse * MILLISECONDS_PER_HOUR : coarse * 60_000n
}

export const retentionMs = (textOf: TextOf): bigint =>
  millisecondsOf(textOf, 'log.retention.ms', 'log.retention.hours', 'log.retention.minutes')

type Rule = (textOf: TextOf) => CombinedError | undefined

const refused = (configName: string, message: string): CombinedError => ({ configName, message })
const unmet = (configName: string, requirement: string) => refused(configName, `requirement failed: ${requirement}`)

const atMost =
  (name: string, limit: string): Rule =>
  (textOf) => {
    const [value, max] = [numberOf(textOf, name), numberOf(textOf, limit)]
    if (value === undefined || max === undefined || value <= max) return undefined
    return refused(name, `${name} must be less than or equal to ${limit}`)
  }

const cleanerBuffer: Rule = (textOf) => {
  const bytes = numberOf(textOf, 'log.cleaner.dedupe.buffer.size') ?? 0n
  const threads = numberOf(textOf, 'log.cleaner.threads') ?? 1n
  if (threads > 0n && bytes / threads > CLEANER_BUFFER_BYTES_MIN) return undefined
  const name = 'log.cleaner.dedupe.buffer.size'
  return unmet(name, `${name} must be at least 1MB per cleaner thread.`)
}

const connectionsPerIp: Rule = (textOf) => {
  const name = 'max.connections.per.ip.overrides'
  const overrides = (textOf(name) ?? '').split(',').filter((entry) => entry.trim() !== '')
  const wrong = overrides.find((entry) => !/^\s*\S+:\s*[+-]?\d+\s*$/.test(entry))
  if (wrong !== undefined) return refused(name, invalidValue(name, wrong, 'Entries must have the form host:count'))
  if (numberOf(textOf, 'max.connections.per.ip') !== 0n || overrides.length > 0) return undefined
  return unmet('max.connections.per.ip', `max.connections.per.ip can be set to zero only if ${name} property is set.`)
}

const cordonedDirectories: Rule = (textOf) => {
  const name = 'cordoned.log.dirs'
  const elements = (text: string | null) => (text ?? '').split(',').map((element) => element.trim())
  const cordoned = [...new Set(elements(textOf(name)))].filter((directory) => directory !== '' && directory !== '*')
  const known = elements(textOf('log.dirs') ?? textOf('log.dir'))
  const missing = cordoned.filter((directory) => !known.includes(directory))
  if (missing.length === 0) return undefined
  return unmet(
    name,
    `All entries in ${name} must be present in log.dirs or log.dir. Missing entries : ${missing.join(', ')}`
  )
}

const rules: readonly Rule[] = [
  (textOf) =>
    millisecondsOf(textOf, 'log.roll.ms', 'log.roll.hours') >= 1n
      ? undefined
      : unmet('log.roll.ms', 'log.roll.ms must be greater than or equal to 1'),
  (textOf) =>
    millisecondsOf(textOf, 'log.roll.jitter.ms', 'log.roll.jitter.hours') >= 0n
      ? undefined
      : unmet('log.roll.jitter.ms', 'log.roll.jitter.ms must be greater than or equal to 0'),
  (textOf) =>
    retentionMs(textOf) === 0n
      ? unmet('log.retention.ms', 'log.retention.ms must be unlimited (-1) or, greater than or equal to 1')
      : undefined,
  cleanerBuffer,
  cordonedDirectories,
  connectionsPerIp,
  atMost('group.consumer.assignment.interval.ms', 'group.consumer.max.assignment.interval.ms'),
  atMost('group.share.assignment.interval.ms', 'group.share.max.assignment.interval.ms'),
  atMost('group.streams.assignment.interval.ms', 'group.streams.max.assignment.interval.ms')
]

/** Every rule that the values break. Each value must have passed its own rule before. */
export function combinedErrors(textOf: TextOf): CombinedError[] {
  return rules.map((rule) => rule(textOf)).filter((error) => error !== undefined)
}
