// What a running broker refuses although it could start with it: thread pools that grow or shrink by more than half at a
// time, limits that would lock everybody out, local retention beyond the whole.

import { retentionMs, type TextOf } from '../configs/combined-rules.ts'
import type { ConfigValues } from '../configs/config-values.ts'
import { brokerConfigTable } from '../configs/definitions.ts'
import { parseConfig } from '../configs/parse.ts'
import { invalidValue } from '../configs/rules.ts'

const threadPools = [
  'num.io.threads',
  'num.network.threads',
  'num.replica.fetchers',
  'num.recovery.threads.per.data.dir',
  'background.threads',
  'remote.log.reader.threads',
  'remote.log.manager.copier.thread.pool.size',
  'remote.log.manager.expiration.thread.pool.size',
  'remote.log.manager.follower.thread.pool.size'
]
/** 0 is a value at start and in a listener's own limits, not for all. */
const positive = ['max.connections', 'max.connection.creation.rate']
const UNLIMITED = -1n
const SAME_AS_WHOLE = -2n

function numberOf(textOf: TextOf, name: string): bigint {
  const text = textOf(name)
  const definition = brokerConfigTable.get(name)
  if (text === null || definition === undefined) throw new Error(`broker config ${name} has no number`)
  return BigInt(parseConfig(definition, text) as number | bigint)
}

/** The values in force that a change would make others, as before and after. */
function changeOf(name: string, textOf: TextOf, broker: ConfigValues) {
  const after = numberOf(textOf, name)
  const before = numberOf((wanted) => broker.text(wanted), name)
  return after === before ? undefined : { before, after }
}

function threadPoolJump(textOf: TextOf, broker: ConfigValues): string | undefined {
  for (const name of threadPools) {
    const change = textOf(name) === null ? undefined : changeOf(name, textOf, broker)
    if (change === undefined) continue
    const { before, after } = change
    const failed = `Dynamic thread count update validation failed for ${name}=${after}`
    if (after < before / 2n) return `${failed}, value should be at least half the current value ${before}`
    if (after > before * 2n) return `${failed}, value should not be greater than double the current value ${before}`
  }
  return undefined
}

function cleanerThreadsJump(textOf: TextOf, broker: ConfigValues): string | undefined {
  const change = changeOf('log.cleaner.threads', textOf, broker)
  if (change === undefined) return undefined
  const { before, after } = change
  if (after < 1n) return 'Log cleaner threads should be at least 1'
  const cannot = 'Log cleaner threads cannot be'
  if (after < before / 2n) return `${cannot} reduced to less than half the current value ${before}`
  if (after > before * 2n) return `${cannot} increased to more than double the current value ${before}`
  return undefined
}

function zeroLimit(textOf: TextOf, broker: ConfigValues): string | undefined {
  const name = positive.find((limit) => changeOf(limit, textOf, broker)?.after === 0n)
  return name === undefined ? undefined : `Invalid ${name} 0`
}

function localRetention(
  textOf: TextOf,
  { name, whole, limit }: { name: string; whole: string; limit: bigint }
): string | undefined {
  const local = numberOf(textOf, name)
  if (local === SAME_AS_WHOLE || limit === UNLIMITED) return undefined
  if (local === UNLIMITED) {
    return invalidValue(name, local, `Value must not be -1 as ${whole} value is set as ${limit}.`)
  }
  if (local > limit) return invalidValue(name, local, `Value must not be more than ${whole} property value: ${limit}`)
  return undefined
}

/** Apache Kafka's words against dynamic configs that pass every other check: the cause, wrapped as it wraps it. */
export function jumpError(textOf: TextOf, broker: ConfigValues): string | undefined {
  const cause =
    threadPoolJump(textOf, broker) ??
    cleanerThreadsJump(textOf, broker) ??
    zeroLimit(textOf, broker) ??
    localRetention(textOf, {
      name: 'log.local.retention.ms',
      whole: 'log.retention.ms',
      limit: retentionMs(textOf)
    }) ??
    localRetention(textOf, {
      name: 'log.local.retention.bytes',
      whole: 'log.retention.bytes',
      limit: numberOf(textOf, 'log.retention.bytes')
    })
  if (cause === undefined) return undefined
  const exception = `org.apache.kafka.common.config.ConfigException: ${cause}`
  return `Invalid value ${exception} for configuration Invalid dynamic configuration`
}
