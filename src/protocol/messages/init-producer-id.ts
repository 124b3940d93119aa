// v3 an id to keep, with its epoch bumped (KIP-360), v5 TRANSACTION_ABORTABLE (KIP-890), v6 two-phase commit
// (KIP-939), unstable.
import { boolean, defineApi, int16, int32, int64, nullableString } from '../schema.ts'

export const initProducerId = defineApi({
  key: 22,
  name: 'InitProducerId',
  versions: '0-6', // the latest is unstable: not served by default
  flexible: '2+',
  request: {
    transactionalId: nullableString('0+', { fallback: '' }),
    transactionTimeoutMs: int32(),
    producerId: int64('3+', { fallback: -1 }),
    producerEpoch: int16('3+', { fallback: -1 }),
    enable2Pc: boolean('6+'),
    keepPreparedTxn: boolean('6+')
  },
  response: {
    throttleTimeMs: int32('0+', { ignorable: true }),
    errorCode: int16(),
    producerId: int64('0+', { fallback: -1 }),
    producerEpoch: int16(),
    ongoingTxnProducerId: int64('6+', { fallback: -1 }),
    ongoingTxnProducerEpoch: int16('6+', { fallback: -1 })
  }
})
