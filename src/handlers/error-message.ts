import type { KafkaError } from '../error-codes.ts'

/** What the client is told beside the code: null when the error has no words of its own. */
export const messageOf = (error: KafkaError): string | null =>
  error.message === error.errorName ? null : error.message
