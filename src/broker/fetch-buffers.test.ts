import { describe, expect, it } from 'vitest'
import { ManualClock } from '../coordinators/testing/manual-clock.ts'
import { FetchBuffers } from './fetch-buffers.ts'

const MB = 1024 * 1024

describe('FetchBuffers', () => {
  it('gives a released buffer to the next read of its size class', () => {
    const buffers = new FetchBuffers(new ManualClock())
    const first = buffers.take(MB)
    expect(first.length).toBe(MB)
    buffers.release(first)
    expect(buffers.idleBytes).toBe(MB)
    expect(buffers.take(MB - 1000)).toBe(first)
    expect(buffers.idleBytes).toBe(0)
  })

  it('never gives one buffer to two reads', () => {
    const buffers = new FetchBuffers(new ManualClock())
    expect(buffers.take(MB)).not.toBe(buffers.take(MB))
  })

  it('gives buffers of at least the wanted size, whatever it is', () => {
    const buffers = new FetchBuffers(new ManualClock())
    for (const size of [0, 1, 100, 16_383, 16_384, 16_385, 65_536, 65_537, 3 * MB, 64 * MB, 64 * MB + 1]) {
      const buffer = buffers.take(size)
      expect(buffer.length).toBeGreaterThanOrEqual(size)
      buffers.release(buffer)
    }
  })

  it('keeps neither small nor huge buffers', () => {
    const buffers = new FetchBuffers(new ManualClock())
    buffers.release(buffers.take(1000))
    buffers.release(buffers.take(65 * MB))
    expect(buffers.idleBytes).toBe(0)
  })

  it('keeps at most 64 MB', () => {
    const buffers = new FetchBuffers(new ManualClock())
    const taken = Array.from({ length: 10 }, () => buffers.take(16 * MB))
    for (const buffer of taken) buffers.release(buffer)
    expect(buffers.idleBytes).toBe(64 * MB)
  })

  it('shrinks to a few MB when it was not used for a while, and not while it is', () => {
    const clock = new ManualClock()
    const buffers = new FetchBuffers(clock)
    const taken = Array.from({ length: 32 }, () => buffers.take(MB))
    for (const buffer of taken) buffers.release(buffer)
    clock.advance(3000)
    buffers.release(buffers.take(MB))
    clock.advance(3000)
    expect(buffers.idleBytes).toBe(32 * MB)
    clock.advance(10_000)
    expect(buffers.idleBytes).toBe(4 * MB)
    expect(clock.timerCount).toBe(0)
  })
})
