// One config of Apache Kafka 4.3.1 as data. The tables (broker/, topic-configs.ts, ...) are lists of these; parse.ts gives
// them meaning, so that loading the tables costs no more than reading them.
import type { Rule } from './rules.ts'

export type ConfigType = 'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD'
export type Importance = 'HIGH' | 'MEDIUM' | 'LOW'
/** Whether a broker config may change while the broker runs, and whether only for a named broker. */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide'

export interface ConfigDefinition {
  readonly name: string
  readonly type: ConfigType
  /** Apache Kafka's default in its canonical text, null when it has none. See product-defaults.ts for what differs here. */
  readonly defaultValue: string | null
  readonly importance: Importance
  readonly rule?: Rule
  readonly update?: UpdateMode
  /** Known and settable, but in no list and no description. */
  readonly isInternal?: boolean
}

type Options = Pick<ConfigDefinition, 'rule' | 'update' | 'isInternal'>

const define =
  (type: ConfigType) =>
  (name: string, defaultValue: string | null, importance: Importance, options: Options = {}): ConfigDefinition => ({
    name,
    type,
    defaultValue,
    importance,
    ...options
  })

export const boolean = define('BOOLEAN')
export const string = define('STRING')
export const int = define('INT')
export const short = define('SHORT')
export const long = define('LONG')
export const double = define('DOUBLE')
/** Comma-separated. */
export const list = define('LIST')
/** A Java class name: kept and described, never loaded. */
export const className = define('CLASS')
export const password = define('PASSWORD')

export const isSensitive = (definition: ConfigDefinition): boolean => definition.type === 'PASSWORD'
export const isReadOnly = (definition: ConfigDefinition): boolean => (definition.update ?? 'read-only') === 'read-only'
