// __consumer_offsets after compaction: a coordinator that reads what is left knows what it knew before. Random commits,
// deletions, groups and expiry from a seed, through a real log of small segments.
import { expect, test } from 'vitest'
import type { GroupCoordinator } from '../coordinators/group/group-coordinator.ts'
import { GroupHarness, settle, subscription } from '../coordinators/testing/group-harness.ts'
import { MemoryLogs } from '../coordinators/testing/memory-logs.ts'
import { batchSizeBytes } from '../records/batch-header.ts'
import { batches } from '../records/iterate.ts'
import { MemoryFileSystem } from '../storage/file-system-memory.ts'
import type { Log } from '../storage/log.ts'
import { SeededRandom, TestDirectory } from '../storage/testing/test-directory.ts'

const SEEDS = 15
const GROUPS = ['a', 'b', 'c', 'd']

/** What must survive, in no particular order. */
function durableState(groups: GroupCoordinator) {
  const state = new Map<string, unknown>()
  for (const { state: shard } of groups.shards()) {
    for (const group of shard.groups.values()) state.set(`group ${group.groupId}`, group.written)
    for (const [groupId, topics] of shard.offsets.groups()) {
      for (const [topic, partitions] of topics) {
        for (const [partition, offset] of partitions) state.set(`${groupId} ${topic}-${partition}`, offset)
      }
    }
  }
  return state
}

async function workload(random: SeededRandom): Promise<GroupHarness> {
  const harness = new GroupHarness()
  for (let step = 0; step < 250; step++) {
    const groupId = GROUPS[random.int(GROUPS.length)]
    const choice = random.float()
    if (choice < 0.7) harness.commit({ [random.int(4)]: random.int(1000) }, { groupId })
    else if (choice < 0.8) await generation(harness, groupId)
    else if (choice < 0.85) harness.groups.deleteGroup(groupId)
    else if (choice < 0.9) {
      harness.groups.deleteOffsets({
        groupId,
        topics: [{ name: 't', partitions: [{ partitionIndex: random.int(4) }] }]
      })
    } else harness.clock.advance([10, 20_000, 120_000, 400_000_000][random.int(4)])
    await settle()
  }
  return harness
}

/** Somebody joins, is given something, and may stay. */
async function generation(harness: GroupHarness, groupId: string): Promise<void> {
  const joined = harness.join({
    groupId,
    groupInstanceId: 'one',
    protocols: [{ name: 'range', metadata: subscription('t') }]
  })
  await settle()
  const { memberId = '', generationId = -1 } = joined.value ?? {}
  const assignments = [{ memberId, assignment: Buffer.from([generationId & 0x7f]) }]
  harness.sync({ groupId, memberId, generationId, protocolName: null, assignments })
}

/** The coordinator's batches in a real log, compacted twice. */
async function compacted(written: readonly Buffer[], nowMs: number, seed: number): Promise<Buffer[]> {
  const directory = new TestDirectory({ fileSystem: new MemoryFileSystem(), root: '/data' }, {}, seed)
  const log = directory.open('t', {
    cleanupPolicy: new Set(['compact']),
    segmentBytes: 2000,
    deleteRetentionMs: 1000
  })
  const half = Math.floor(written.length / 2)
  for (const batch of written.slice(0, half)) log.append(Buffer.from(batch), { origin: 'coordinator', nowMs })
  await directory.logs.compact('t', 0)
  directory.clock.advance(2000)
  for (const batch of written.slice(half)) log.append(Buffer.from(batch), { origin: 'coordinator', nowMs })
  await directory.logs.compact('t', 0)
  return batchesOf(log)
}

function batchesOf(log: Log): Buffer[] {
  const found: Buffer[] = []
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const { records, nextOffset } = log.read(offset, { maxBytes: 100_000, minOneBatch: true })
    for (const at of batches(records)) found.push(Buffer.from(records.subarray(at, at + batchSizeBytes(records, at))))
    offset = nextOffset
  }
  return found
}

test('a coordinator finds in the compacted log what it wrote', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const harness = await workload(new SeededRandom(seed))
    const left = await compacted(harness.log.batches, harness.clock.nowMs(), seed)
    expect(left.length).toBeLessThan(harness.log.batches.length)
    const logs = new MemoryLogs()
    logs.log(0)?.batches.push(...left)
    const restarted = new GroupHarness({}, logs)
    expect(durableState(restarted.groups), `seed ${seed}`).toEqual(durableState(harness.fresh()))
    harness.groups.close()
    restarted.groups.close()
  }
}, 60_000)
