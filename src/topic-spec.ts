// Topics that shall exist when the broker is ready, as text: `name[:partitions[:key=value,...]]`.
import { ConfigError } from './configs/parse.ts'

export interface TopicSpec {
  readonly name: string
  /** Left out: num.partitions. */
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
}

const wrong = (text: string, why: string) =>
  new ConfigError('topic', `topic "${text}" ${why}: write name[:partitions[:key=value,...]]`)

/** A piece without `=` belongs to the value before it: `cleanup.policy=compact,delete`. */
function parseConfigs(text: string, configs: string): Record<string, string> {
  const parsed: Record<string, string> = {}
  let last: string | undefined
  for (const piece of configs.split(',')) {
    const equals = piece.indexOf('=')
    if (equals > 0) {
      last = piece.slice(0, equals).trim()
      parsed[last] = piece.slice(equals + 1)
    } else if (last !== undefined) {
      parsed[last] += `,${piece}`
    } else {
      throw wrong(text, `has "${piece}" where key=value belongs`)
    }
  }
  return parsed
}

export function parseTopicSpec(text: string): TopicSpec {
  const [name, partitions = '', ...rest] = text.split(':')
  if (name === '') throw wrong(text, 'has no name')
  if (partitions !== '' && !/^[1-9]\d{0,8}$/.test(partitions)) {
    throw wrong(text, `has "${partitions}" where the number of partitions belongs`)
  }
  return {
    name,
    partitions: partitions === '' ? undefined : Number(partitions),
    configs: rest.length === 0 ? undefined : parseConfigs(text, rest.join(':'))
  }
}
