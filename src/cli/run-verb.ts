// Around every verb: one line per failure that names the fix, exit codes (1 failure, 2 wrong usage), quiet end when the
// reader of the output goes away.
import { ConnectionError, UsageError } from '../client/errors.ts'
import { KafkaError } from '../error-codes.ts'
import { stdout } from './output.ts'

/** The verb failed after saying so itself: nothing more to print. */
export class VerbFailed extends Error {}

const FAILURE = 1
const USAGE = 2

export async function runVerb(verb: () => Promise<void>): Promise<void> {
  // The clock's timers do not keep the process alive, yet a verb may wait for one with no socket open.
  const alive = setInterval(() => undefined, 2 ** 30)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  try {
    await verb()
    await stdout.flush()
  } catch (error) {
    await stdout.flush()
    process.exitCode = await report(error)
  } finally {
    clearInterval(alive)
  }
}

async function report(error: unknown): Promise<number> {
  if (error instanceof VerbFailed) return FAILURE
  if (isExpected(error)) {
    process.stderr.write(`odradek: ${describeError(error)}\n`)
    return error instanceof UsageError ? USAGE : FAILURE
  }
  // The failures of a broker on this machine: loaded only when there is one to name.
  const { exitCode, message } = (await import('./exit-code.ts')).failureOf(error)
  const isSystemError = (error as NodeJS.ErrnoException).code !== undefined
  // What nobody expected is a bug: its stack is the most useful thing there is.
  const text = exitCode !== FAILURE || isSystemError ? message : describeError(error)
  process.stderr.write(`odradek: ${text}\n`)
  return exitCode
}

const isExpected = (error: unknown): error is Error =>
  error instanceof UsageError || error instanceof KafkaError || error instanceof ConnectionError

export function describeError(error: unknown): string {
  if (error instanceof ConnectionError && error.reason === 'ECONNREFUSED') {
    return `${error.message}: is a broker running? Start one with 'odradek', or name another with --bootstrap-server`
  }
  if (error instanceof ConnectionError && (error.reason === 'ENOTFOUND' || error.reason === 'EAI_AGAIN')) {
    return `${error.message}: check the host name in --bootstrap-server`
  }
  if (isExpected(error)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
