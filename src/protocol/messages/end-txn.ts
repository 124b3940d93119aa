// v5 the producer epoch is bumped with every transaction (KIP-890).
import { boolean, defineApi, int16, int32, int64, string } from '../schema.ts'

export const endTxn = defineApi({
  key: 26,
  name: 'EndTxn',
  versions: '0-5',
  flexible: '3+',
  request: {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    committed: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64('5+', { fallback: -1, ignorable: true }),
    producerEpoch: int16('5+', { fallback: -1, ignorable: true })
  }
})
