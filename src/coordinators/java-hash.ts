// Java's String.hashCode: what decides which partition of an internal topic a group or a transaction lives in. A data
// directory of Apache Kafka is only readable with the very same function.

/** 32-bit signed, over UTF-16 code units. */
export function javaHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** Kafka's Utils.abs: the smallest int has no positive twin and becomes 0. */
export function partitionOfKey(key: string, partitionCount: number): number {
  const hash = javaHash(key)
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitionCount
}
