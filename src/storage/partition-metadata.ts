// `partition.metadata`: the topic id a partition directory belongs to. Two lines, the second without a final newline.
// Written before the first batch; a directory without it cannot be told from one of an older topic of the same name.

const TOPIC_ID = /^[A-Za-z0-9_-]{22}$/

export function formatPartitionMetadata(topicId: string): string {
  return `version: 0\ntopic_id: ${topicId}`
}

/** The topic id, or undefined when the content is not one (an unsynced file after a power cut is empty). */
export function parsePartitionMetadata(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line !== '')
  const fields = new Map(lines.map((line) => line.split(/:\s*/, 2) as [string, string]))
  const topicId = fields.get('topic_id')?.trim()
  if (fields.get('version')?.trim() !== '0' || topicId === undefined || !TOPIC_ID.test(topicId)) return undefined
  return topicId
}
