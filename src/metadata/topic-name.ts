// Which topic names exist: the rules of Apache Kafka, and the topics that belong to the broker itself.

export const CONSUMER_OFFSETS_TOPIC = '__consumer_offsets'
export const TRANSACTION_STATE_TOPIC = '__transaction_state'
export const SHARE_GROUP_STATE_TOPIC = '__share_group_state'
export const CLUSTER_METADATA_TOPIC = '__cluster_metadata'

const internalTopics: ReadonlySet<string> = new Set([
  CONSUMER_OFFSETS_TOPIC,
  TRANSACTION_STATE_TOPIC,
  SHARE_GROUP_STATE_TOPIC
])

export const isInternalTopic = (name: string): boolean => internalTopics.has(name)

const NAME_MAX = 249
const LEGAL = /^[a-zA-Z0-9._-]+$/

/** Kafka's text of what is wrong with a name, or undefined when it is valid. */
export function topicNameError(name: string): string | undefined {
  const reason = invalidReason(name)
  return reason === undefined ? undefined : `Topic name is invalid: ${reason}`
}

function invalidReason(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed'
  if (name === '.' || name === '..') return `'${name}' is not allowed`
  if (name.length > NAME_MAX) return `the length of '${name}' is longer than the max allowed length ${NAME_MAX}`
  if (!LEGAL.test(name))
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  return undefined
}

/** `.` and `_` look the same in metric names, so two topics must not differ in nothing else. */
export const hasCollisionCharacters = (name: string): boolean => name.includes('.') || name.includes('_')
