import { describe, expect, it } from 'vitest'
import { GROUP, GroupHarness } from '../testing/group-harness.ts'

const MINUTE_MS = 60_000
// A round of expiry every minute, offsets kept for ten.
const config = { 'offsets.retention.minutes': '10', 'offsets.retention.check.interval.ms': String(MINUTE_MS) }

describe('offsets retention', () => {
  it('counts from the commit for a simple group, which goes with its last offset', () => {
    const harness = new GroupHarness(config)
    harness.commit({ 0: 1 })
    harness.clock.advance(5 * MINUTE_MS)
    harness.commit({ 1: 1 })
    harness.clock.advance(6 * MINUTE_MS)
    expect(harness.offsets()).toEqual({ 't-1': 1 })
    harness.clock.advance(5 * MINUTE_MS)
    expect(harness.state()).toBe('Dead')
    harness.restart()
    expect(harness.state()).toBe('Dead')
  })

  it('counts from when the last member left', async () => {
    const harness = new GroupHarness(config)
    const { ids, generationId } = await harness.stableGroup(1, { sessionTimeoutMs: 1_800_000 })
    harness.commit({ 0: 1 }, { memberId: ids[0], generationIdOrMemberEpoch: generationId })
    harness.clock.advance(20 * MINUTE_MS)
    expect(harness.offsets()).toEqual({ 't-0': 1 })
    harness.leave(ids[0])
    harness.clock.advance(9 * MINUTE_MS)
    harness.restart()
    harness.clock.advance(MINUTE_MS - 1)
    expect(harness.offsets()).toEqual({ 't-0': 1 })
    harness.clock.advance(1)
    expect(harness.state()).toBe('Dead')
  })

  it('spares topics that a running group reads, and takes those it gave up', async () => {
    const harness = new GroupHarness(config)
    const { ids, generationId } = await harness.stableGroup(1, { sessionTimeoutMs: 1_800_000 })
    const member = { memberId: ids[0], generationIdOrMemberEpoch: generationId }
    harness.commit({ 0: 1 }, member)
    const partitions = [{ partitionIndex: 0, committedOffset: 2, committedLeaderEpoch: -1, committedMetadata: '' }]
    harness.commit({}, { ...member, topics: [{ name: 'u', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitions }] })
    harness.clock.advance(11 * MINUTE_MS)
    expect(harness.offsets()).toEqual({ 't-0': 1 })
    expect(harness.state()).toBe('Stable')
  })

  it('keeps to the retention that an old client asked for', () => {
    const harness = new GroupHarness(config)
    harness.commit({ 0: 1 }, { retentionTimeMs: 2 * MINUTE_MS }, 4)
    harness.commit({ 1: 1 }, { retentionTimeMs: Number.MAX_SAFE_INTEGER }, 4)
    harness.restart()
    harness.clock.advance(2 * MINUTE_MS)
    expect(harness.offsets()).toEqual({ 't-1': 1 })
    harness.clock.advance(60 * MINUTE_MS)
    expect(harness.offsets()).toEqual({ 't-1': 1 })
  })

  it('removes a group that never committed once it is empty', async () => {
    const harness = new GroupHarness(config)
    const { ids } = await harness.stableGroup(1)
    harness.leave(ids[0])
    harness.clock.advance(MINUTE_MS)
    expect(harness.state(GROUP)).toBe('Dead')
  })

  it('spreads many tombstones over several batches', () => {
    const harness = new GroupHarness(config)
    for (let group = 0; group < 3000; group++) harness.commit({ 0: 1 }, { groupId: `${'g'.repeat(100)}${group}` })
    const before = harness.log.batches.length
    harness.clock.advance(10 * MINUTE_MS)
    const written = harness.log.batches.slice(before)
    expect(written.length).toBeGreaterThan(1)
    expect(Math.max(...written.map((batch) => batch.length))).toBeLessThan(512 * 1024)
    expect(harness.groups.listGroups({ statesFilter: [], typesFilter: [] })).toEqual([])
  })
})
