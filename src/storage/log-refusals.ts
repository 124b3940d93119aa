// What a log answers to requests that it refuses, in Apache Kafka's words.

import type { LogConfig } from '../configs/log-config.ts'
import { KafkaError } from '../error-codes.ts'

/** The parts of a log that the messages name. */
interface Refusing {
  readonly topic: string
  readonly partition: number
  readonly config: LogConfig
  readonly logStartOffset: number
  readonly logEndOffset: number
}

const nameOf = ({ topic, partition }: Refusing) => `${topic}-${partition}`

export function outOfRange(log: Refusing, offset: number): KafkaError {
  return new KafkaError(
    'OFFSET_OUT_OF_RANGE',
    `Received request for offset ${offset} for partition ${nameOf(log)}, ` +
      `but we only have log segments from offset ${log.logStartOffset} up to ${log.logEndOffset}.`
  )
}

export function largerThanSegment(log: Refusing, sizeBytes: number): KafkaError {
  return new KafkaError(
    'RECORD_LIST_TOO_LARGE',
    `Message batch size is ${sizeBytes} bytes in append to partition ${nameOf(log)}, ` +
      `which exceeds the maximum configured segment size of ${log.config.segmentBytes}.`
  )
}

/** Throws when records before the offset cannot be deleted. */
export function checkDeletable(log: Refusing, offset: number): void {
  const { cleanupPolicy } = log.config
  if (!cleanupPolicy.has('delete') && cleanupPolicy.has('compact')) {
    const reason = 'can not be deleted due to the configured policy'
    throw new KafkaError('POLICY_VIOLATION', `Records of partition ${nameOf(log)} ${reason}`)
  }
  if (offset >= 0 && offset <= log.logEndOffset) return
  const range = `the log reaches from ${log.logStartOffset} to ${log.logEndOffset}`
  throw new KafkaError(
    'OFFSET_OUT_OF_RANGE',
    `The offset ${offset} for partition ${nameOf(log)} is not valid: ${range}`
  )
}
