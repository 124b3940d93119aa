// The fetch sessions of this broker, at most max.incremental.fetch.session.cache.slots. A client that gets none just
// goes on with full fetches.
import type { Clock, Random } from '../ports.ts'
import { FetchSession } from './fetch-session.ts'
import type { FetchSet } from './fetch-set.ts'

/** A session not used for this long may be evicted for any other; one younger than this only for a follower's. */
const EVICTION_MS = 120_000

export interface FetchSessionsOptions {
  readonly slots: number
  readonly clock: Clock
  readonly random: Random
}

export class FetchSessions {
  readonly #options: FetchSessionsOptions
  /** Least recently used first. */
  readonly #byId = new Map<number, FetchSession>()

  constructor(options: FetchSessionsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: number): FetchSession | undefined {
    return this.#byId.get(id)
  }

  /** Undefined when all slots are taken by sessions with a better right to one. */
  create(set: FetchSet, isPrivileged: boolean): FetchSession | undefined {
    const nowMs = this.#options.clock.nowMs()
    if (this.#byId.size >= this.#options.slots && !this.#evictFor(set.size, isPrivileged, nowMs)) return undefined
    const session = new FetchSession(this.#newId(), set, isPrivileged, nowMs)
    this.#byId.set(session.id, session)
    return session
  }

  touch(session: FetchSession): void {
    session.lastUsedMs = this.#options.clock.nowMs()
    this.#byId.delete(session.id)
    this.#byId.set(session.id, session)
  }

  remove(id: number): void {
    const session = this.#byId.get(id)
    if (session === undefined) return
    this.#byId.delete(id)
    session.set.close()
  }

  close(): void {
    for (const id of [...this.#byId.keys()]) this.remove(id)
  }

  #newId(): number {
    for (;;) {
      const id = this.#options.random.bytes(4).readUInt32BE() & 0x7fffffff
      if (id !== 0 && !this.#byId.has(id)) return id
    }
  }

  /** The longest unused when it is stale; else the smallest of the evictable ones, when the new one is larger. */
  #evictFor(size: number, isPrivileged: boolean, nowMs: number): boolean {
    const oldest = this.#byId.values().next().value
    if (oldest === undefined) return false
    if (nowMs - oldest.lastUsedMs > EVICTION_MS) {
      this.remove(oldest.id)
      return true
    }
    let smallest: FetchSession | undefined
    for (const session of this.#byId.values()) {
      const isEvictable = session.lastUsedMs - session.createdMs > EVICTION_MS
      if (!isEvictable && (!isPrivileged || session.isPrivileged)) continue
      if (smallest === undefined || isBefore(session, smallest)) smallest = session
    }
    if (smallest === undefined) return false
    const rank = Number(isPrivileged) - Number(smallest.isPrivileged) || size - smallest.set.size
    if (rank <= 0) return false
    this.remove(smallest.id)
    return true
  }
}

function isBefore(a: FetchSession, b: FetchSession): boolean {
  if (a.isPrivileged !== b.isPrivileged) return b.isPrivileged
  if (a.set.size !== b.set.size) return a.set.size < b.set.size
  return a.id < b.id
}
