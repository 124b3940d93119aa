// Several things asked for in one command: each failure is told, and one is enough to fail the command.
import type { Outcome } from '../client/leaders.ts'
import { describeError, VerbFailed } from './run-verb.ts'

export function reportFailures(outcomes: readonly Outcome<unknown>[]): void {
  const failures = outcomes.filter(({ error }) => error !== undefined)
  for (const { error } of failures) process.stderr.write(`odradek: ${describeError(error)}\n`)
  if (failures.length > 0) throw new VerbFailed()
}
