// What a client is told when a coordinator's own log refuses a write: errors of the log mean nothing to a group member.
import { type ErrorName, KafkaError } from '../error-codes.ts'

const translated: Partial<Record<ErrorName, ErrorName>> = {
  NETWORK_EXCEPTION: 'COORDINATOR_LOAD_IN_PROGRESS',
  UNKNOWN_TOPIC_OR_PARTITION: 'COORDINATOR_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
  REQUEST_TIMED_OUT: 'COORDINATOR_NOT_AVAILABLE',
  NOT_LEADER_OR_FOLLOWER: 'NOT_COORDINATOR',
  KAFKA_STORAGE_ERROR: 'NOT_COORDINATOR',
  MESSAGE_TOO_LARGE: 'UNKNOWN_SERVER_ERROR',
  RECORD_LIST_TOO_LARGE: 'UNKNOWN_SERVER_ERROR',
  INVALID_FETCH_SIZE: 'UNKNOWN_SERVER_ERROR'
}

export function coordinatorError(error: KafkaError): KafkaError {
  const name = translated[error.errorName]
  return name === undefined ? error : new KafkaError(name, error.message)
}
