// Apache Kafka's range assignor: per topic, the members that subscribe to it, in the order of their ids (static members
// by instance id first), get contiguous ranges; the first ones get one more when it does not divide evenly.

export interface AssignedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly topics: readonly string[]
}

/** memberId -> topic -> partitions; every member has an entry. Topics that do not exist are left out. */
export function assignRanges(
  members: readonly AssignedMember[],
  partitionCounts: ReadonlyMap<string, number>
): Map<string, Map<string, number[]>> {
  const assignment = new Map(members.map(({ memberId }) => [memberId, new Map<string, number[]>()]))
  const sorted = [...members].sort(compareMembers)
  for (const topic of [...partitionCounts.keys()].sort()) {
    const subscribers = sorted.filter(({ topics }) => topics.includes(topic))
    const count = partitionCounts.get(topic)!
    let next = 0
    subscribers.forEach(({ memberId }, index) => {
      const share = Math.floor(count / subscribers.length) + (index < count % subscribers.length ? 1 : 0)
      if (share > 0) {
        const first = next
        assignment.get(memberId)!.set(
          topic,
          Array.from({ length: share }, (_, at) => first + at)
        )
      }
      next += share
    })
  }
  return assignment
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function compareMembers(a: AssignedMember, b: AssignedMember): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) return compareText(a.groupInstanceId, b.groupInstanceId)
  if (a.groupInstanceId !== null) return -1
  if (b.groupInstanceId !== null) return 1
  return compareText(a.memberId, b.memberId)
}
