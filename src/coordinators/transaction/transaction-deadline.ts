// The deadlines of transactions: when one has been open for too long, when markers that could not be written are tried
// again, and the round that looks for transactional ids nobody uses.
import type { Deadline } from '../deadline-queue.ts'

export type TransactionDeadlineKind = 'timeout' | 'completion' | 'expiry'

export class TransactionDeadline implements Deadline {
  readonly kind: TransactionDeadlineKind
  readonly partition: number
  readonly transactionalId: string
  atMs = Number.POSITIVE_INFINITY
  queuedAtMs = Number.POSITIVE_INFINITY

  constructor(kind: TransactionDeadlineKind, partition: number, transactionalId = '') {
    this.kind = kind
    this.partition = partition
    this.transactionalId = transactionalId
  }
}
