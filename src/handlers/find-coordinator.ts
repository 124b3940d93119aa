// FindCoordinator: on one node the coordinator is always this one. Asking for it makes the topic that groups, or
// transactions, live in; unlike Apache Kafka's first answer (COORDINATOR_NOT_AVAILABLE, retry) ours waits for that.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { handler, type RequestContext } from './handler.ts'

const GROUP = 0
const TRANSACTION = 1
const SHARE = 2

interface Found {
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
  readonly nodeId: number
  readonly host: string
  readonly port: number
}

const NO_NODE = { nodeId: -1, host: '', port: -1 }

export const findCoordinatorHandler = handler(findCoordinator, {
  versions: '0-6',
  access: [
    { operation: 'DESCRIBE', resource: 'GROUP' },
    { operation: 'DESCRIBE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'CLUSTER_ACTION', resource: 'CLUSTER' }
  ],
  handle({ keyType, coordinatorKeys }, broker, context) {
    // From version 4 on many keys of one type are asked for at once (KIP-699).
    if (context.apiVersion < 4) return find(broker, context, keyType)
    return {
      coordinators: coordinatorKeys.map((each) => {
        const found = find(broker, context, keyType)
        return { key: each, ...found, errorMessage: found.errorCode === ErrorCode.NONE ? '' : found.errorMessage }
      })
    }
  },
  errorResponse: (errorCode, errorMessage, { coordinatorKeys }, apiVersion) => {
    const found = { errorCode, errorMessage, ...NO_NODE }
    return apiVersion < 4 ? found : { coordinators: coordinatorKeys.map((key) => ({ key, ...found })) }
  }
})

function find(broker: Broker, context: RequestContext, keyType: number): Found {
  if (keyType !== GROUP && keyType !== TRANSACTION) return refuse(keyType)
  try {
    if (keyType === GROUP) broker.groups.ensureTopic()
    else broker.transactions.ensureTopic()
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { errorCode: error.code, errorMessage: error.message, ...NO_NODE }
  }
  const { host, port } = context.advertised
  return { errorCode: ErrorCode.NONE, errorMessage: 'NONE', nodeId: broker.nodeId, host, port }
}

/** Clients must fail at once and show why: COORDINATOR_NOT_AVAILABLE would let them ask again until they time out. */
function refuse(keyType: number): Found {
  const errorMessage =
    keyType === SHARE
      ? 'Share groups are not supported by this broker yet.'
      : `Unknown coordinator type received: ${keyType}`
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage, ...NO_NODE }
}
