// A log whose disk failed is offline until the next start: its file may say anything now, and answering from memory would
// hide it. Everything that touches the disk runs through here.

import { KafkaError } from '../error-codes.ts'
import type { Logger } from '../ports.ts'
import { CorruptSegmentError } from './segment-scan.ts'

export class LogGuard {
  readonly #directory: string
  readonly #logger: Logger
  #failure: Error | undefined

  constructor(directory: string, logger: Logger) {
    this.#directory = directory
    this.#logger = logger
  }

  get isFailed(): boolean {
    return this.#failure !== undefined
  }

  check(): void {
    if (this.#failure !== undefined) throw this.storageError()
  }

  /** `what` as in "Could not read DIRECTORY". */
  run<T>(what: string, action: () => T): T {
    try {
      return action()
    } catch (error) {
      if (error instanceof CorruptSegmentError) throw this.#damaged(error)
      if (!isSystemError(error)) throw error
      throw this.fail(what, error)
    }
  }

  /** Part of the log cannot be read; the rest can. */
  #damaged(error: CorruptSegmentError): KafkaError {
    const message = `${this.#directory} is damaged: ${error.message}`
    this.#logger.error(message)
    return new KafkaError('CORRUPT_MESSAGE', message)
  }

  /** Returns what to answer. Only the first failure is reported. */
  fail(what: string, error: unknown): KafkaError {
    const reason = error instanceof Error ? error : new Error(String(error))
    if (isPassing(error)) return this.#passing(what, reason)
    return this.failForGood(what, reason)
  }

  /** Whatever the error: the files are in between two states. */
  failForGood(what: string, error: unknown): KafkaError {
    const reason = error instanceof Error ? error : new Error(String(error))
    if (this.#failure === undefined) {
      this.#failure = reason
      this.#logger.error(`Could not ${what} ${this.#directory}: the partition is offline until the next start`, {
        reason: reason.message
      })
    }
    return this.storageError()
  }

  /** What was asked for did not happen and left nothing behind: the next time it may. */
  #passing(what: string, reason: Error): KafkaError {
    const fix = isDiskFull(reason) ? 'the disk is full: free some space' : 'too many open files: raise the limit'
    this.#logger.warn(`Could not ${what} ${this.#directory}: ${fix}`, { reason: reason.message })
    return new KafkaError('KAFKA_STORAGE_ERROR', `Could not ${what} ${this.#directory}: ${fix}`)
  }

  storageError(): KafkaError {
    return new KafkaError('KAFKA_STORAGE_ERROR', `${this.#directory} is offline: ${this.#failure?.message}`)
  }
}

export function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Nothing is wrong with the file. */
export function isPassing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return isDiskFull(error) || code === 'EMFILE' || code === 'ENFILE'
}

/** Errors of the file system have a code in letters; KafkaErrors and bugs do not. */
export function isSystemError(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException).code === 'string'
}
