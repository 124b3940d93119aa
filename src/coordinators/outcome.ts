// What a command of a state machine leaves behind: an answer and, maybe, records to write. Nothing is written and no
// durable state has changed yet when a command returns; the runtime appends the records and replays them.
import type { KafkaError } from '../error-codes.ts'

export interface Effect<R> {
  readonly records: readonly R[]
  /** False when the records may be spread over several batches (cleaning up); else they share one batch or fail. */
  readonly isAtomic?: boolean
  /** The records are part of this producer's transaction: they count once it commits. */
  readonly producer?: { readonly producerId: number; readonly producerEpoch: number }
  /** After the records are in the log and replayed: answers that waited for them. */
  onAppended?(): void
  /** The log refused them: takes back what the command did to soft state. The error is a coordinator's. */
  onFailed?(error: KafkaError): void
}

export interface Outcome<T, R> {
  readonly response: T
  readonly effect?: Effect<R> | undefined
}
