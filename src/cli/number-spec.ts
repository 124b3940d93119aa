import { UsageError } from '../client/errors.ts'

/** A whole number of an option. */
export function parseCount(option: string, text: string, min = 1): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < min) throw new UsageError(`${option} ${text}: want a whole number from ${min}`)
  return count
}
