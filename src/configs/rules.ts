// What a value must satisfy beyond its type. A rule is data or a named check; its error is Apache Kafka's text, word for
// word, because clients show it to their users.

export type Scalar = number | bigint | string | boolean

export type Rule =
  | { readonly kind: 'range'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'oneOf'; readonly values: readonly string[]; readonly ignoreCase: boolean }
  | { readonly kind: 'list'; readonly values: readonly string[]; readonly allowEmpty: boolean }
  | { readonly kind: 'check'; readonly check: (name: string, value: Scalar | readonly string[]) => string | undefined }

export const atLeast = (min: number): Rule => ({ kind: 'range', min })
export const between = (min: number, max: number): Rule => ({ kind: 'range', min, max })
export const oneOf = (...values: string[]): Rule => ({ kind: 'oneOf', values, ignoreCase: false })
export const oneOfIgnoringCase = (...values: string[]): Rule => ({ kind: 'oneOf', values, ignoreCase: true })
export const listOf = (...values: string[]): Rule => ({ kind: 'list', values, allowEmpty: true })
export const nonEmptyListOf = (...values: string[]): Rule => ({ kind: 'list', values, allowEmpty: false })
/** Any list without duplicates or empty elements. */
export const distinct: Rule = { kind: 'list', values: [], allowEmpty: true }
export const distinctNonEmpty: Rule = { kind: 'list', values: [], allowEmpty: false }

/** The text of a ConfigException about one value. */
export const invalidValue = (name: string, value: unknown, why: string): string =>
  `Invalid value ${value} for configuration ${name}: ${why}`

export const nonEmpty: Rule = {
  kind: 'check',
  check: (name, value) => (value === '' ? invalidValue(name, value, 'String must be non-empty') : undefined)
}

export const gzipLevel: Rule = {
  kind: 'check',
  check: (name, value) =>
    value === -1 || (Number(value) >= 1 && Number(value) <= 9)
      ? undefined
      : invalidValue(name, value, 'Value must be between 1 and 9 or equal to -1')
}

export const throttledReplicas: Rule = {
  kind: 'check',
  check: (name, value) => {
    const elements = value as readonly string[]
    if (elements.join('') === '*' || elements.every((element) => /^([0-9]+:[0-9]+)?$/.test(element))) return undefined
    const form = '[partitionId]:[brokerId],[partitionId]:[brokerId],...'
    const why = `${name} must be the literal '*' or a list of replicas in the following format: ${form}`
    return invalidValue(name, `[${elements.join(', ')}]`, why)
  }
}

// java.time.Duration's grammar, positive durations only.
const duration = /^[+]?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+([.,]\d{0,9})?S)?)?$/i

export const shareAutoOffsetReset: Rule = {
  kind: 'check',
  check: (name, value) => {
    const text = String(value)
    if (text === 'earliest' || text === 'latest') return undefined
    if (text.startsWith('by_duration:') && duration.test(text.slice('by_duration:'.length))) return undefined
    const form = "The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
    return invalidValue(name, text, `Invalid value \`${text}\` for configuration ${name}. ${form}`)
  }
}

const hostAndPort = /^(?:[a-z]+:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/

export const quorumVoters: Rule = {
  kind: 'check',
  check: (name, value) => {
    for (const entry of value as readonly string[]) {
      const form = 'Each entry should be in the form `{id}@{host}:{port}`.'
      const parts = entry.split('@')
      if (parts.length !== 2) return `Invalid configuration value for ${name}. ${form}`
      if (!/^[+-]?\d+$/.test(parts[0])) return `Failed to parse voter ID as an integer from ${parts[0]}`
      if (!hostAndPort.test(parts[1])) {
        return `Failed to parse host name from entry ${entry} for the configuration ${name}. ${form}`
      }
    }
    return undefined
  }
}

export const quorumBootstrapServers: Rule = {
  kind: 'check',
  check: (name, value) => {
    const wrong = (value as readonly string[]).find((server) => !hostAndPort.test(server))
    if (wrong === undefined) return undefined
    const form = 'Each entry should be in the form "{host}:{port}"'
    return `Failed to parse host name from ${wrong} for the configuration ${name}. ${form}`
  }
}
