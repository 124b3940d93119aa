import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { describeTopic, type Topic, topicReady } from './topics.ts'
import { request } from './wire.ts'

/** The internal topic of group offsets, which the first look for a coordinator creates. */
export async function ensureOffsetsTopic(): Promise<Topic> {
  await request(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['makes-the-offsets-topic'] })
  await topicReady('__consumer_offsets')
  const { topicId } = await describeTopic('__consumer_offsets')
  return { name: '__consumer_offsets', topicId }
}
