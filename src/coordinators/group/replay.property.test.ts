// Whatever happens, in whatever order: a coordinator that reads the log knows what the running one knows.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KafkaError } from '../../error-codes.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { GroupHarness, settle, subscription } from '../testing/group-harness.ts'
import type { GroupCoordinator } from './group-coordinator.ts'

/** What must survive: every group as it was last written, every offset. */
function durableState(groups: GroupCoordinator) {
  const state: Record<string, unknown> = {}
  for (const { state: shard } of groups.shards()) {
    for (const group of shard.groups.values()) state[group.groupId] = group.written
    for (const [groupId, topics] of shard.offsets.groups()) {
      state[`${groupId} offsets`] = [...topics].map(([topic, partitions]) => [topic, [...partitions]])
    }
  }
  return state
}

/** A group at rest is wholly in the log, unless the disk refused its last generation. */
function visibleAtRest(groups: GroupCoordinator) {
  const [shard] = groups.shards()
  const atRest = [...shard.state.groups.values()].filter(
    ({ state, written, generationId }) =>
      (state === 'Stable' || state === 'Empty') && (written?.generation ?? 0) === generationId
  )
  return new Map(atRest.map(({ groupId }) => [groupId, groups.describeGroup(groupId, 6)]))
}

const groupId = fc.constantFrom('a', 'b')
const command = fc.oneof(
  fc.record({
    kind: fc.constant('join' as const),
    groupId,
    who: fc.nat(3),
    instance: fc.boolean(),
    apiVersion: fc.constantFrom(3, 9)
  }),
  fc.record({ kind: fc.constant('sync' as const), groupId, who: fc.nat(3) }),
  fc.record({ kind: fc.constant('heartbeat' as const), groupId, who: fc.nat(3) }),
  fc.record({ kind: fc.constant('leave' as const), groupId, who: fc.nat(3) }),
  fc.record({ kind: fc.constant('commit' as const), groupId, who: fc.option(fc.nat(3)), offset: fc.nat(100) }),
  fc.record({ kind: fc.constant('deleteOffsets' as const), groupId }),
  fc.record({ kind: fc.constant('deleteGroup' as const), groupId }),
  fc.record({ kind: fc.constant('deleteTopic' as const), topic: fc.constantFrom('t', 'u') }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 5_000, 20_000, 120_000, 700_000_000) }),
  fc.record({ kind: fc.constant('disk' as const), fails: fc.boolean() })
)
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

class Simulation {
  readonly harness = new GroupHarness({ 'group.max.size': '3' })
  /** By group and seat: the member id that was last told to whoever sits there. */
  readonly #memberIds = new Map<string, string>()

  async run(step: Command): Promise<void> {
    const { harness } = this
    switch (step.kind) {
      case 'join':
        return this.#join(step)
      case 'sync':
        return this.#sync(step.groupId, step.who)
      case 'heartbeat':
        harness.groups.heartbeat({ groupId: step.groupId, ...this.#member(step.groupId, step.who) })
        return
      case 'leave':
        harness.groups.leaveGroup(step.groupId, [{ ...this.#member(step.groupId, step.who), reason: null }])
        return
      case 'commit':
        return this.#commit(step)
      case 'deleteOffsets':
        harness.groups.deleteOffsets({
          groupId: step.groupId,
          topics: [{ name: 't', partitions: [{ partitionIndex: 0 }] }]
        })
        return
      case 'deleteGroup':
        harness.groups.deleteGroup(step.groupId)
        return
      case 'deleteTopic':
        harness.groups.onTopicsDeleted([{ name: step.topic, topicId: ZERO_UUID }])
        return
      case 'pass':
        harness.clock.advance(step.ms)
        return
      case 'disk':
        harness.log.failure = step.fails ? new KafkaError('KAFKA_STORAGE_ERROR') : undefined
    }
  }

  #member(group: string, who: number) {
    const memberId = this.#memberIds.get(`${group}/${who}`) ?? ''
    return { memberId, groupInstanceId: null, generationId: this.#group(group)?.generationId ?? 0 }
  }

  #group(groupId: string) {
    return this.harness.groups.shards()[0].group(groupId)
  }

  #join({ groupId, who, instance, apiVersion }: Extract<Command, { kind: 'join' }>): void {
    const answer = this.harness.join({
      groupId,
      apiVersion,
      memberId: instance ? '' : this.#member(groupId, who).memberId,
      groupInstanceId: instance ? `i${who}` : null,
      protocols: [
        { name: who === 3 ? 'sticky' : 'range', metadata: subscription('t', 'u') },
        { name: 'both', metadata: subscription('t') }
      ]
    })
    const note = (): void => {
      const told = answer.value?.memberId
      if (told !== undefined && told !== '') this.#memberIds.set(`${groupId}/${who}`, told)
    }
    note()
    void settle().then(note)
  }

  #sync(groupId: string, who: number): void {
    const { memberId, generationId } = this.#member(groupId, who)
    const members = [...(this.#group(groupId)?.members.keys() ?? [])]
    const assignments = members.map((id, i) => ({ memberId: id, assignment: Buffer.from([generationId, i]) }))
    this.harness.sync({ groupId, memberId, generationId, protocolName: null, assignments })
  }

  #commit({ groupId, who, offset }: Extract<Command, { kind: 'commit' }>): void {
    const { memberId, generationId } = who === null ? { memberId: '', generationId: -1 } : this.#member(groupId, who)
    const request = { groupId, memberId, generationIdOrMemberEpoch: generationId }
    this.harness.commit({ [offset % 3]: offset }, request)
  }
}

it('restart is replay', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const simulation = new Simulation()
      const { harness } = simulation
      for (const step of commands) {
        await simulation.run(step)
        await settle()
        const restarted = harness.fresh()
        expect(durableState(restarted)).toEqual(durableState(harness.groups))
        const found = visibleAtRest(restarted)
        for (const [groupId, group] of visibleAtRest(harness.groups)) expect(found.get(groupId)).toEqual(group)
        restarted.close()
      }
    }),
    { numRuns: 150 }
  )
})
