import { array, defineRecord, int32, nullableBytes, string } from '../schema.ts'

export const consumerProtocolAssignment = defineRecord({
  name: 'ConsumerProtocolAssignment',
  key: -1,
  versions: '0-3',
  flexible: 'none',
  fields: {
    assignedPartitions: array({
      topic: string(),
      partitions: array(int32())
    }),
    userData: nullableBytes()
  }
})
