import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Deadline, DeadlineQueue } from './deadline-queue.ts'

interface Named extends Deadline {
  readonly name: string
}

const deadline = (name: string): Named => ({
  name,
  partition: 0,
  atMs: Number.POSITIVE_INFINITY,
  queuedAtMs: Number.POSITIVE_INFINITY
})

function takeAll(queue: DeadlineQueue<Named>, nowMs: number): string[] {
  const names: string[] = []
  for (let due = queue.takeDue(nowMs); due !== undefined; due = queue.takeDue(nowMs)) names.push(due.name)
  return names
}

describe('DeadlineQueue', () => {
  it('gives deadlines in order of time, equal ones in the order they were set', () => {
    const queue = new DeadlineQueue<Named>()
    queue.schedule(deadline('c'), 30)
    queue.schedule(deadline('a'), 10)
    queue.schedule(deadline('b'), 10)
    expect(queue.nextAtMs()).toBe(10)
    expect(takeAll(queue, 9)).toEqual([])
    expect(takeAll(queue, 30)).toEqual(['a', 'b', 'c'])
    expect(queue.nextAtMs()).toBe(Number.POSITIVE_INFINITY)
  })

  it('follows a deadline that moves later and one that moves earlier', () => {
    const queue = new DeadlineQueue<Named>()
    const session = deadline('session')
    queue.schedule(session, 10)
    queue.nowMs = 5
    queue.schedule(session, 10)
    expect(takeAll(queue, 14)).toEqual([])
    expect(takeAll(queue, 15)).toEqual(['session'])
    queue.nowMs = 15
    queue.schedule(session, 100)
    queue.schedule(session, 1)
    expect(takeAll(queue, 16)).toEqual(['session'])
    expect(takeAll(queue, 1000)).toEqual([])
  })

  it('forgets a cancelled one and takes it again', () => {
    const queue = new DeadlineQueue<Named>()
    const session = deadline('session')
    queue.schedule(session, 10)
    queue.cancel(session)
    expect(takeAll(queue, 20)).toEqual([])
    queue.schedule(session, 30)
    queue.cancel(session)
    queue.schedule(session, 30)
    expect(takeAll(queue, 30)).toEqual(['session'])
  })

  it('does what a list that is searched each time does', () => {
    const step = fc.record({
      which: fc.nat(4),
      delayMs: fc.option(fc.nat(50), { nil: undefined }),
      passMs: fc.nat(20)
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new DeadlineQueue<Named>()
        const deadlines = Array.from({ length: 5 }, (_, i) => deadline(String(i)))
        const model = new Map<string, number>()
        for (const { which, delayMs, passMs } of steps) {
          if (delayMs === undefined) {
            queue.cancel(deadlines[which])
            model.delete(String(which))
          } else {
            queue.schedule(deadlines[which], delayMs)
            model.set(String(which), queue.nowMs + delayMs)
          }
          const earliest = Math.min(Number.POSITIVE_INFINITY, ...model.values())
          expect(queue.nextAtMs()).toBeLessThanOrEqual(earliest)
          queue.nowMs += passMs
          const due = [...model].filter(([, atMs]) => atMs <= queue.nowMs).map(([name]) => name)
          for (const name of due) model.delete(name)
          expect(takeAll(queue, queue.nowMs).sort()).toEqual(due.sort())
        }
      })
    )
  })
})
