// What can go wrong between a client and a broker, besides the error codes of the protocol (KafkaError).
import { type ErrorName, KafkaError } from '../error-codes.ts'

/** The connection could not be made, broke, or timed out. The message always names the address. */
export class ConnectionError extends Error {
  readonly address: string
  /** System error code (`ECONNREFUSED`, ...), `TIMEOUT`, `CLOSED` or `PROTOCOL`. */
  readonly reason: string
  constructor(address: string, reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ConnectionError'
    this.address = address
    this.reason = reason
  }
}

/** The caller's own mistake, found before anything was sent. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

// The errors that Apache Kafka's clients treat as retriable (RetriableException and its children).
const retriable = new Set<ErrorName>([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_CONTROLLER',
  'KAFKA_STORAGE_ERROR',
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
  'LISTENER_NOT_FOUND',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'PREFERRED_LEADER_NOT_AVAILABLE',
  'ELIGIBLE_LEADERS_NOT_AVAILABLE',
  'UNSTABLE_OFFSET_COMMIT',
  'THROTTLING_QUOTA_EXCEEDED',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'FETCH_SESSION_TOPIC_ID_ERROR',
  'CONCURRENT_TRANSACTIONS'
])

export function isRetriable(error: unknown): boolean {
  if (error instanceof KafkaError) return retriable.has(error.errorName)
  return error instanceof ConnectionError && error.reason !== 'PROTOCOL'
}
