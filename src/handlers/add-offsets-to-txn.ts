// AddOffsetsToTxn: the offsets of a group become part of a transaction, which means a partition of the offsets topic does.
// Clients of transaction protocol 2 leave it out: TxnOffsetCommit does it.

import { CONSUMER_OFFSETS_TOPIC } from '../metadata/topic-name.ts'
import { addOffsetsToTxn } from '../protocol/messages/add-offsets-to-txn.ts'
import { fencedError } from './fenced-error.ts'
import { handler } from './handler.ts'

export const addOffsetsToTxnHandler = handler(addOffsetsToTxn, {
  versions: '0-4',
  access: [
    { operation: 'WRITE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'READ', resource: 'GROUP' }
  ],
  handle({ transactionalId, producerId, producerEpoch, groupId }, broker, { apiVersion }) {
    const partitions = [{ topic: CONSUMER_OFFSETS_TOPIC, partition: broker.groups.partitionOf(groupId) }]
    const request = { transactionalId, producerId, producerEpoch, partitions }
    return { errorCode: fencedError(broker.transactions.addPartitions(request, 0), apiVersion >= 2) }
  }
})
