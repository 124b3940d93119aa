// Changes of configs as words: `KEY=VALUE` sets, `KEY-` goes back to the default, `KEY+=V` and `KEY-=V` add to and take
// from a list.
import type { ConfigChange, ConfigOperation } from '../../client/configs.ts'
import { UsageError } from '../../client/errors.ts'

const OPERATION_BY_SIGN: Readonly<Record<string, ConfigOperation>> = { '=': 'set', '+=': 'append', '-=': 'subtract' }

export function parseChange(text: string): ConfigChange {
  const assignment = /^([^=+\s]*?[^=+\-\s])(=|\+=|-=)(.*)$/s.exec(text)
  if (assignment !== null) {
    const [, name, sign, value] = assignment
    return { name, operation: OPERATION_BY_SIGN[sign], value }
  }
  const removal = /^([^=+\s]*[^=+\-\s])-$/.exec(text)
  if (removal !== null) return { name: removal[1], operation: 'delete', value: null }
  throw new UsageError(`bad change '${text}': want KEY=VALUE, KEY- (back to the default), KEY+=VALUE or KEY-=VALUE`)
}

export const parseChanges = (texts: readonly string[]): ConfigChange[] => texts.map(parseChange)
