// The broker's values: what was set at start, with where it came from, under what is changed while the broker runs.

import { combinedErrors } from './combined-rules.ts'
import type { ConfigDefinition } from './definition.ts'
import { brokerConfigTable, dynamicOnlyBrokerConfigTable } from './definitions.ts'
import { effectiveBrokerConfigs } from './effects.ts'
import { ConfigError, parseConfig } from './parse.ts'
import { productDefault } from './product-defaults.ts'

/** Where a value set at start came from; 'default' when nobody set it. */
export type Origin = 'default' | 'file' | 'environment' | 'override' | 'flag'
/** Dynamic values: for all brokers of the cluster, or for this one, which wins. */
export type DynamicScope = 'cluster' | 'broker'

export type ConfigSetting = readonly [name: string, value: string, origin: Origin]

interface Static {
  readonly value: string
  readonly origin: Origin
}

/** broker.id is the older name of node.id: whichever of the two is set counts for both. */
function withNodeId(settings: Map<string, Static>): Map<string, Static> {
  const node = settings.get('node.id')
  const broker = settings.get('broker.id')
  if (node !== undefined && broker === undefined) settings.set('broker.id', node)
  if (broker !== undefined && node === undefined) settings.set('node.id', broker)
  return settings
}

export class ConfigValues {
  readonly #static: Map<string, Static>
  readonly #dynamic: Record<DynamicScope, Map<string, string>> = { cluster: new Map(), broker: new Map() }
  readonly #parsed = new Map<string, number | boolean | readonly string[]>()
  readonly #listeners: ((names: readonly string[]) => void)[] = []

  /** Later settings of one name win. Values are not checked here: see errors(). */
  constructor(values: Iterable<ConfigSetting> = []) {
    this.#static = withNodeId(new Map([...values].map(([name, value, origin]) => [name, { value, origin }])))
  }

  /** Every known config whose value is refused, by itself or beside others, with Kafka's text. */
  errors(): ConfigError[] {
    const errors = this.#ownErrors()
    if (errors.length > 0) return errors
    return combinedErrors((name) => this.text(name)).map((error) => new ConfigError(error.configName, error.message))
  }

  #ownErrors(): ConfigError[] {
    return [...this.#static].flatMap(([name, { value }]) => {
      const definition = brokerConfigTable.get(name)
      if (definition === undefined) return []
      try {
        parseConfig(definition, value)
        return []
      } catch (error) {
        if (error instanceof ConfigError) return [error]
        throw error
      }
    })
  }

  /** Names set at start that no broker config has (they may belong to listeners, plug-ins or be misspelt). */
  unknownNames(): string[] {
    return [...this.#static.keys()].filter((name) => !brokerConfigTable.has(name))
  }

  /** Known names set at start that change nothing in this broker (see effects.ts). */
  namesWithoutEffect(): string[] {
    return [...this.#static.keys()].filter((name) => brokerConfigTable.has(name) && !effectiveBrokerConfigs.has(name))
  }

  /** The text in force: dynamic for this broker, dynamic for the cluster, set at start, default. */
  text(name: string): string | null {
    const { broker, cluster } = this.#dynamic
    return broker.get(name) ?? cluster.get(name) ?? this.#static.get(name)?.value ?? this.defaultText(name)
  }

  /** As text(), for names that may be unknown (listener overrides, plug-in configs). */
  textOrNull(name: string): string | null {
    const isKnown = brokerConfigTable.has(name) || dynamicOnlyBrokerConfigTable.has(name)
    if (isKnown) return this.text(name)
    return this.#dynamic.broker.get(name) ?? this.#dynamic.cluster.get(name) ?? this.#static.get(name)?.value ?? null
  }

  defaultText(name: string): string | null {
    return productDefault(name) ?? this.#definition(name).defaultValue
  }

  /** Set at start, whatever was changed since. */
  staticText(name: string): string | undefined {
    return this.#static.get(name)?.value
  }

  dynamicText(name: string, scope: DynamicScope): string | undefined {
    return this.#dynamic[scope].get(name)
  }

  dynamicNames(scope: DynamicScope): Iterable<string> {
    return this.#dynamic[scope].keys()
  }

  staticNames(): Iterable<string> {
    return this.#static.keys()
  }

  origin(name: string): Origin {
    return this.#static.get(name)?.origin ?? 'default'
  }

  /** Set by someone, at start or later. */
  has(name: string): boolean {
    return this.#static.has(name) || this.#dynamic.cluster.has(name) || this.#dynamic.broker.has(name)
  }

  string(name: string): string {
    return this.#required(name, this.text(name)).trim()
  }

  nullableString(name: string): string | null {
    return this.text(name)?.trim() ?? null
  }

  int(name: string): number {
    return this.#number(name)
  }

  /** Long.MAX_VALUE and everything else beyond 2^53 is Number.MAX_SAFE_INTEGER. */
  long(name: string): number {
    return this.#number(name)
  }

  nullableLong(name: string): number | null {
    return this.text(name) === null ? null : this.#number(name)
  }

  double(name: string): number {
    return this.#number(name)
  }

  boolean(name: string): boolean {
    return this.#cached(name, (value) => value as boolean)
  }

  list(name: string): readonly string[] {
    return this.#cached(name, (value) => value as readonly string[])
  }

  /** Replaces all dynamic values of one scope; returns the names whose value in force changed. */
  setDynamicAll(values: ReadonlyMap<string, string>, scope: DynamicScope): string[] {
    const names = new Set([...this.#dynamic[scope].keys(), ...values.keys()])
    const before = new Map([...names].map((name) => [name, this.textOrNull(name)]))
    this.#dynamic[scope] = new Map(values)
    const changed = [...names].filter((name) => this.textOrNull(name) !== before.get(name))
    if (changed.length > 0) this.#announce(changed)
    return changed
  }

  /** Undefined takes the dynamic value away. */
  setDynamic(name: string, value: string | undefined, scope: DynamicScope): void {
    const values = new Map(this.#dynamic[scope])
    if (value === undefined) values.delete(name)
    else values.set(name, value)
    this.setDynamicAll(values, scope)
  }

  /** Called after dynamic values changed, with the names whose value in force is another now. */
  onChange(listener: (names: readonly string[]) => void): void {
    this.#listeners.push(listener)
  }

  #announce(names: readonly string[]): void {
    for (const name of names) this.#parsed.delete(name)
    for (const listener of this.#listeners) listener(names)
  }

  #definition(name: string): ConfigDefinition {
    const definition = brokerConfigTable.get(name) ?? dynamicOnlyBrokerConfigTable.get(name)
    if (definition === undefined) throw new Error(`no broker config is named ${name}`)
    return definition
  }

  #required(name: string, text: string | null): string {
    if (text === null)
      throw new ConfigError(name, `Missing required configuration "${name}" which has no default value.`)
    return text
  }

  #cached<T extends number | boolean | readonly string[]>(name: string, convert: (value: unknown) => T): T {
    const known = this.#parsed.get(name)
    if (known !== undefined) return known as T
    const value = convert(parseConfig(this.#definition(name), this.#required(name, this.text(name))))
    this.#parsed.set(name, value)
    return value
  }

  #number(name: string): number {
    return this.#cached(name, (value) => {
      const number = Number(value as number | bigint)
      return Number.isInteger(number)
        ? Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number))
        : number
    })
  }
}
