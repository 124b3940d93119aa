// Transactional ids that nobody has used for transactional.id.expiration.ms are forgotten.
import type { TransactionEffect, TransactionStore } from './transaction-context.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { isIdle } from './transaction-state.ts'

export function expiredIds({ context, transactions }: TransactionStore): TransactionEffect {
  const { config, nowMs, ports, logger, partition } = context
  const records: TransactionRecord[] = []
  for (const { metadata } of transactions.values()) {
    if (!isIdle(metadata.state) || metadata.lastUpdateMs > nowMs - config.idExpirationMs) continue
    const { transactionalId } = metadata
    records.push({ transactionalId, metadata: null, transactionVersion: ports.transactionVersion() })
  }
  if (records.length === 0) return undefined
  logger.info('removed expired transactional ids', { partition, tombstones: records.length })
  return { records, isAtomic: false }
}
