// What a metadata command looks at. A command changes nothing itself: it answers with records, and replaying them is the
// change.
import type { ConfigValues } from '../configs/config-values.ts'
import { KafkaError } from '../error-codes.ts'
import type { Random } from '../ports.ts'
import type { ClusterImage } from './cluster-image.ts'
import type { RecordVersions } from './features.ts'

export interface CommandContext {
  readonly image: ClusterImage
  readonly config: ConfigValues
  readonly random: Random
  readonly nodeId: number
  readonly directoryId: string
  readonly versions: RecordVersions
}

export interface CommandResult<T> {
  /** Encoded metadata records, to be appended as one batch. */
  readonly records: readonly Buffer[]
  readonly outcome: T
}

/** A random topic or incarnation id: never one of the reserved ones, and never with a leading dash, as Kafka's. */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16)
    // The version and variant bits of a random UUID (RFC 9562, version 4).
    bytes[6] = (bytes[6] & 0x0f) | 0x40
    bytes[8] = (bytes[8] & 0x3f) | 0x80
    const text = bytes.toString('base64url')
    if (!text.startsWith('-')) return text
  }
}

const RECORDS_MAX = 10_000

/** One batch has a limit; Apache Kafka refuses the whole request that would exceed it. */
export function checkRecordCount(records: { readonly length: number }): void {
  if (records.length > RECORDS_MAX) {
    throw new KafkaError('POLICY_VIOLATION', 'Unable to perform excessively large batch operation.')
  }
}
