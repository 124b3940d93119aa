import type { KafkaError } from '../error-codes.ts'

/** A message may quote what the client sent; a string on the wire has at most 32,767 bytes. */
const LENGTH_MAX = 8000

/** What the client is told beside the code: null when the error has no words of its own. */
export function messageOf({ message, errorName }: KafkaError): string | null {
  if (message === errorName) return null
  return message.length > LENGTH_MAX ? `${message.slice(0, LENGTH_MAX)}...` : message
}
