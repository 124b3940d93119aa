// Around every verb: one line per failure that names the fix, exit codes (1 failure, 2 wrong usage), quiet end when the
// reader of the output goes away.
import { ConnectionError, UsageError } from '../client/errors.ts'
import { KafkaError } from '../error-codes.ts'
import { stdout } from './output.ts'

export const ExitCode = { FAILURE: 1, USAGE: 2 } as const

/** The verb failed after saying so itself: nothing more to print. */
export class VerbFailed extends Error {}

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
    process.exitCode = report(error)
  } finally {
    clearInterval(alive)
  }
}

function report(error: unknown): number {
  if (error instanceof VerbFailed) return ExitCode.FAILURE
  process.stderr.write(`odradek: ${describeError(error)}\n`)
  return error instanceof UsageError ? ExitCode.USAGE : ExitCode.FAILURE
}

export function describeError(error: unknown): string {
  if (error instanceof ConnectionError && error.reason === 'ECONNREFUSED') {
    return `${error.message}: is a broker running? Start one with 'odradek', or name another with --bootstrap-server`
  }
  if (error instanceof ConnectionError && (error.reason === 'ENOTFOUND' || error.reason === 'EAI_AGAIN')) {
    return `${error.message}: check the host name in --bootstrap-server`
  }
  if (error instanceof UsageError || error instanceof KafkaError || error instanceof ConnectionError) {
    return error.message
  }
  const system = error as NodeJS.ErrnoException
  if (system.code !== undefined && system.syscall !== undefined) return system.message
  // A bug: the stack is the most useful thing there is.
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
