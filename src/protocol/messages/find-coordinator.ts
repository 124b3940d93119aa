// v1 transaction coordinators, v4 several keys (KIP-699), v5 TRANSACTION_ABORTABLE may be answered (KIP-890),
// v6 share coordinators (KIP-932).
import { array, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const findCoordinator = defineApi({
  key: 10,
  name: 'FindCoordinator',
  versions: '0-6',
  flexible: '3+',
  request: {
    key: string('0-3'),
    keyType: int8('1+'),
    coordinatorKeys: array(string(), '4+')
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('0-3'),
    errorMessage: nullableString('1-3', { fallback: '', ignorable: true }),
    nodeId: int32('0-3'),
    host: string('0-3'),
    port: int32('0-3'),
    coordinators: array(
      {
        key: string('4+'),
        nodeId: int32('4+'),
        host: string('4+'),
        port: int32('4+'),
        errorCode: int16('4+'),
        errorMessage: nullableString('4+', { fallback: '', ignorable: true })
      },
      '4+'
    )
  }
})
