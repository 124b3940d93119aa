// `quorum-state`: the raft epoch this node last acted in, one line of JSON without newline. Its form tells the two kinds
// of quorum apart: static (kraft.version 0, voters listed here) and dynamic (kraft.version 1, voters in the log).

export interface QuorumState {
  readonly leaderId: number
  readonly leaderEpoch: number
}

export function formatQuorumState(state: QuorumState, kraftVersion: number): string {
  const { leaderId, leaderEpoch } = state
  if (kraftVersion > 0) {
    return JSON.stringify({
      leaderId,
      leaderEpoch,
      votedId: -1,
      votedDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAA',
      data_version: 1
    })
  }
  return JSON.stringify({
    clusterId: '',
    leaderId,
    leaderEpoch,
    votedId: -1,
    appliedOffset: 0,
    currentVoters: [{ voterId: leaderId }],
    data_version: 0
  })
}

/** The epoch in either form; undefined when the text is neither. */
export function parseQuorumState(text: string): QuorumState | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null) return undefined
  const { leaderId, leaderEpoch } = json as Record<string, unknown>
  if (!Number.isInteger(leaderId) || !Number.isInteger(leaderEpoch)) return undefined
  return { leaderId: leaderId as number, leaderEpoch: leaderEpoch as number }
}
