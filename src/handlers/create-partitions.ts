import { ErrorCode } from '../error-codes.ts'
import { createPartitions } from '../protocol/messages/create-partitions.ts'
import { messageOf } from './error-message.ts'
import { handler } from './handler.ts'

export const createPartitionsHandler = handler(createPartitions, {
  versions: '0-3',
  access: [{ operation: 'ALTER', resource: 'TOPIC' }],
  async handle({ topics, validateOnly }, broker) {
    const counts = new Map<string, number>()
    for (const { name } of topics) counts.set(name, (counts.get(name) ?? 0) + 1)
    const duplicates = [...counts].filter(([, count]) => count > 1).map(([name]) => name)
    const specs = topics
      .filter(({ name }) => counts.get(name) === 1)
      .map(({ name, count, assignments }) => ({
        name,
        count,
        assignments: assignments?.map(({ brokerIds }) => brokerIds) ?? null
      }))
    const outcomes = broker.metadata.createPartitions(specs, { validateOnly })
    if (!validateOnly) await broker.metadata.flush()
    return {
      results: [
        ...duplicates.map((name) => ({
          name,
          errorCode: ErrorCode.INVALID_REQUEST,
          errorMessage: 'Duplicate topic name.'
        })),
        ...outcomes.map(({ name, error }) => ({
          name,
          errorCode: error?.code ?? ErrorCode.NONE,
          errorMessage: error === undefined ? null : messageOf(error)
        }))
      ]
    }
  },
  errorResponse: (errorCode, errorMessage, { topics }) => ({
    results: topics.map(({ name }) => ({ name, errorCode, errorMessage }))
  })
})
