// What the command's exit codes mean, and the one line that a failure prints.
import { UsageError } from '../client/errors.ts'
import { ConfigError } from '../configs/parse.ts'
import { PortInUseError } from '../network/listener.ts'
import { DirectoryInUseError } from '../ports.ts'

export const ExitCode = {
  OK: 0,
  FAILURE: 1,
  USAGE: 2,
  PORT_IN_USE: 3,
  DIRECTORY_IN_USE: 4
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

export interface Failure {
  readonly exitCode: ExitCode
  /** One line that names the fix. */
  readonly message: string
}

const SYSTEM_FIXES: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to it or choose another with --data, --port or --host',
  EPERM: 'give this user the right to it or choose another with --data, --port or --host',
  EROFS: 'the file system is read-only: choose another place with --data DIR, or --memory',
  ENOSPC: 'the disk is full: make room or choose another place with --data DIR',
  ENOTDIR: 'a part of the path is a file: choose another place with --data DIR',
  EADDRNOTAVAIL: 'no network interface has this address: choose another with --host',
  ENOTFOUND: 'the name is unknown: choose another with --host',
  EAI_AGAIN: 'the name cannot be resolved now: choose another with --host'
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof PortInUseError) {
    const fix = `stop what listens there, or start with --port ${error.port + 1}, or with --port 0 for any free one`
    return { exitCode: ExitCode.PORT_IN_USE, message: `${message}: ${fix}` }
  }
  if (error instanceof DirectoryInUseError) {
    const fix = 'stop that one, or choose another directory with --data DIR, or --memory'
    return { exitCode: ExitCode.DIRECTORY_IN_USE, message: `${message}: ${fix}` }
  }
  if (error instanceof UsageError || error instanceof ConfigError) return { exitCode: ExitCode.USAGE, message }
  const fix = SYSTEM_FIXES[(error as NodeJS.ErrnoException).code ?? '']
  return { exitCode: ExitCode.FAILURE, message: fix === undefined ? message : `${message}: ${fix}` }
}
