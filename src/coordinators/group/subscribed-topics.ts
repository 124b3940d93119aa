// The topics that a group's members subscribed to, read out of the consumer protocol's metadata. Version 0 is a prefix
// of all versions: int16 version, then the topics.
import { MalformedError, Reader } from '../../bytes/reader.ts'
import { recordCodec } from '../../protocol/compile.ts'
import { consumerProtocolSubscription } from '../../protocol/stored/consumer-protocol-subscription.ts'
import type { ClassicMember } from './classic-member.ts'

export const CONSUMER_PROTOCOL_TYPE = 'consumer'

const subscriptionPrefix = recordCodec(consumerProtocolSubscription, 0)

/** Undefined: not known, because there is no protocol yet or a member wrote what is no subscription. */
export function subscribedTopics(
  members: Iterable<ClassicMember>,
  protocolName: string | null
): ReadonlySet<string> | undefined {
  const topics = new Set<string>()
  for (const member of members) {
    if (protocolName === null) return undefined
    const reader = new Reader(member.metadataOf(protocolName))
    try {
      if (reader.int16() < 0) return undefined
      for (const topic of subscriptionPrefix.decode(reader).topics) topics.add(topic)
    } catch (error) {
      if (error instanceof MalformedError) return undefined
      throw error
    }
  }
  return topics
}
