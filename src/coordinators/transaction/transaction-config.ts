// The settings of the transaction coordinator, read once: none of them can change while the broker runs.
import type { ConfigValues } from '../../configs/config-values.ts'

export interface TransactionConfig {
  readonly maxTimeoutMs: number
  readonly idExpirationMs: number
  readonly idExpirationCheckIntervalMs: number
}

export const transactionConfig = (config: ConfigValues): TransactionConfig => ({
  maxTimeoutMs: config.int('transaction.max.timeout.ms'),
  idExpirationMs: config.int('transactional.id.expiration.ms'),
  idExpirationCheckIntervalMs: config.int('transaction.remove.expired.transaction.cleanup.interval.ms')
})
