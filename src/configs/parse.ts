// Text to value and back, as Apache Kafka's ConfigDef does it: trimming, number ranges, list splitting, canonical text,
// and the text of every refusal.
import type { ConfigDefinition } from './definition.ts'
import { invalidValue, type Rule, type Scalar } from './rules.ts'

export class ConfigError extends Error {
  readonly configName: string
  constructor(configName: string, message: string) {
    super(message)
    this.name = 'ConfigError'
    this.configName = configName
  }
}

export type ParsedValue = Scalar | readonly string[]

const bounds = {
  SHORT: [-(2n ** 15n), 2n ** 15n - 1n],
  INT: [-(2n ** 31n), 2n ** 31n - 1n],
  LONG: [-(2n ** 63n), 2n ** 63n - 1n]
} as const

/** INT and SHORT as number, LONG as bigint (Long.MAX_VALUE is a common value), DOUBLE as number, LIST as strings. */
function parseType(definition: ConfigDefinition, text: string): ParsedValue {
  const { name, type } = definition
  const trimmed = text.trim()
  const notANumber = () => new ConfigError(name, invalidValue(name, text, `Not a number of type ${type}`))
  switch (type) {
    case 'BOOLEAN': {
      const lower = trimmed.toLowerCase()
      if (lower === 'true' || lower === 'false') return lower === 'true'
      throw new ConfigError(name, invalidValue(name, text, 'Expected value to be either true or false'))
    }
    case 'SHORT':
    case 'INT':
    case 'LONG': {
      if (!/^[+-]?\d+$/.test(trimmed)) throw notANumber()
      const value = BigInt(trimmed.startsWith('+') ? trimmed.slice(1) : trimmed)
      if (value < bounds[type][0] || value > bounds[type][1]) throw notANumber()
      return type === 'LONG' ? value : Number(value)
    }
    case 'DOUBLE':
      if (/^[+-]?NaN$/.test(trimmed)) return Number.NaN
      if (!/^[+-]?(Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?)$/.test(trimmed)) throw notANumber()
      return Number(trimmed.replace(/[dDfF]$/, ''))
    case 'LIST':
      return listOf(definition, trimmed === '' ? [] : trimmed.split(/\s*,\s*/))
    default:
      return trimmed
  }
}

/** Where a list has a rule, an element that stands twice counts once (KIP-1161). */
function listOf(definition: ConfigDefinition, elements: readonly string[]): readonly string[] {
  return definition.rule?.kind === 'list' ? [...new Set(elements)] : elements
}

/** Double.toString for the values a config can have. */
function doubleText(value: number): string {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY || Number.isNaN(value))
    return String(value)
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e7)) {
    const [digits, exponent] = value.toExponential().split('e')
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

function textOf(definition: ConfigDefinition, value: ParsedValue): string {
  if (Array.isArray(value)) return value.join(',')
  return definition.type === 'DOUBLE' ? doubleText(value as number) : String(value)
}

function listError(name: string, rule: Rule & { kind: 'list' }, values: readonly string[]): string | undefined {
  if (values.length === 0) {
    if (rule.allowEmpty) return undefined
    const valid = rule.values.length === 0 ? 'any non-empty value' : `[${rule.values.join(', ')}]`
    return `Configuration '${name}' must not be empty. Valid values include: ${valid}`
  }
  for (const value of values) {
    if (value === '') return `Configuration '${name}' values must not be empty.`
    if (rule.values.length > 0 && !rule.values.includes(value)) {
      return invalidValue(name, value, `String must be one of: ${rule.values.join(', ')}`)
    }
  }
  return undefined
}

function ruleError(definition: ConfigDefinition, rule: Rule, value: ParsedValue): string | undefined {
  const { name } = definition
  switch (rule.kind) {
    case 'range': {
      const { min, max } = rule
      if (min !== undefined && (value as number) < min) {
        return invalidValue(name, textOf(definition, value), `Value must be at least ${min}`)
      }
      if (max !== undefined && (value as number) > max) {
        return invalidValue(name, textOf(definition, value), `Value must be no more than ${max}`)
      }
      return undefined
    }
    case 'oneOf': {
      const text = String(value)
      const matches = rule.ignoreCase
        ? rule.values.some((allowed) => allowed.toLowerCase() === text.toLowerCase())
        : rule.values.includes(text)
      const how = rule.ignoreCase ? ' (case insensitive)' : ''
      return matches ? undefined : invalidValue(name, text, `String must be one of${how}: ${rule.values.join(', ')}`)
    }
    case 'list':
      return listError(name, rule, value as readonly string[])
    case 'check':
      return rule.check(name, value)
  }
}

/** Throws ConfigError with Apache Kafka's text when the value is not allowed. */
export function parseConfig(definition: ConfigDefinition, text: string): ParsedValue {
  const value = parseType(definition, text)
  const error = definition.rule === undefined ? undefined : ruleError(definition, definition.rule, value)
  if (error !== undefined) throw new ConfigError(definition.name, error)
  return value
}

/** The text that Apache Kafka shows for a value: trimmed, numbers and lists in canonical form. */
export function canonicalText(definition: ConfigDefinition, text: string): string {
  return textOf(definition, parseType(definition, text))
}

/** Kafka's text of what is wrong with a value, or undefined when it is allowed. */
export function configError(definition: ConfigDefinition, text: string): string | undefined {
  try {
    parseConfig(definition, text)
    return undefined
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}
