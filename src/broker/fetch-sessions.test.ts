import { describe, expect, it } from 'vitest'
import { ManualClock } from '../coordinators/testing/manual-clock.ts'
import type { Random } from '../ports.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { nextSessionEpoch } from './fetch-session.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { FetchSet } from './fetch-set.ts'

const EVICTION_MS = 120_000

function countingRandom(): Random {
  let next = 0
  return {
    bytes(count) {
      const bytes = Buffer.alloc(count)
      bytes.writeUInt32BE(next++, count - 4)
      return bytes
    },
    float: () => 0
  }
}

function setOf(partitionCount: number): FetchSet {
  const set = new FetchSet(false)
  for (let partition = 0; partition < partitionCount; partition++) {
    const wanted = { partition, fetchOffset: 0, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: 1 }
    set.put('t', ZERO_UUID, wanted)
  }
  return set
}

function sessionsWith(slots: number) {
  const clock = new ManualClock()
  return { clock, sessions: new FetchSessions({ slots, clock, random: countingRandom() }) }
}

describe('FetchSessions', () => {
  it('gives ids that are neither 0 nor taken', () => {
    const { sessions } = sessionsWith(10)
    const ids = [sessions.create(setOf(1), false)!.id, sessions.create(setOf(1), false)!.id]
    expect(ids).toEqual([1, 2])
    expect(sessions.get(1)!.epoch).toBe(1)
  })

  it('has no session to give when there are no slots', () => {
    expect(sessionsWith(0).sessions.create(setOf(1), false)).toBeUndefined()
  })

  it('refuses a newcomer while all sessions are in use', () => {
    const { sessions } = sessionsWith(2)
    sessions.create(setOf(1), false)
    sessions.create(setOf(1), false)
    expect(sessions.create(setOf(100), false)).toBeUndefined()
    expect(sessions.size).toBe(2)
  })

  it('evicts the least recently used session once it is stale', () => {
    const { clock, sessions } = sessionsWith(2)
    const first = sessions.create(setOf(1), false)!
    clock.advance(1000)
    const second = sessions.create(setOf(1), false)!
    clock.advance(1000)
    sessions.touch(first)
    clock.advance(EVICTION_MS - 500)
    const third = sessions.create(setOf(1), false)!
    expect(sessions.get(second.id)).toBeUndefined()
    expect(sessions.get(first.id)).toBe(first)
    expect(sessions.get(third.id)).toBe(third)
  })

  it('evicts a smaller old session for a larger one, never for one of its own size', () => {
    const { clock, sessions } = sessionsWith(2)
    const small = sessions.create(setOf(2), false)!
    const large = sessions.create(setOf(5), false)!
    clock.advance(EVICTION_MS + 1)
    sessions.touch(small)
    sessions.touch(large)
    expect(sessions.create(setOf(2), false)).toBeUndefined()
    const third = sessions.create(setOf(3), false)!
    expect(sessions.get(small.id)).toBeUndefined()
    expect(sessions.get(large.id)).toBe(large)
    expect(sessions.get(third.id)).toBe(third)
  })

  it("evicts a consumer's session for a follower's at once", () => {
    const { sessions } = sessionsWith(1)
    const consumer = sessions.create(setOf(9), false)!
    const follower = sessions.create(setOf(1), true)!
    expect(sessions.get(consumer.id)).toBeUndefined()
    expect(sessions.create(setOf(9), false)).toBeUndefined()
    expect(sessions.create(setOf(9), true)).toBeUndefined()
    expect(sessions.get(follower.id)).toBe(follower)
  })
})

describe('nextSessionEpoch', () => {
  it('wraps to 1, for 0 and -1 mean something else', () => {
    expect(nextSessionEpoch(1)).toBe(2)
    expect(nextSessionEpoch(0x7fffffff)).toBe(1)
  })
})
