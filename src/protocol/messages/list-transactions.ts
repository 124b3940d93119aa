// KIP-664. v1 filter by duration (KIP-994), v2 by a pattern of transactional ids (KIP-1152).
import { array, defineApi, int16, int32, int64, int64Clamped, nullableString, string } from '../schema.ts'

export const listTransactions = defineApi({
  key: 66,
  name: 'ListTransactions',
  versions: '0-2',
  flexible: '0+',
  request: {
    stateFilters: array(string()),
    producerIdFilters: array(int64()),
    durationFilter: int64Clamped('1+', { fallback: -1 }),
    transactionalIdPattern: nullableString('2+')
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    unknownStateFilters: array(string()),
    transactionStates: array({
      transactionalId: string(),
      producerId: int64(),
      transactionState: string()
    })
  }
})
