// A fetch session (KIP-227): the partitions a client fetches again and again, so that its requests and our answers
// carry only what changed.
import type { FetchSet } from './fetch-set.ts'

export const SESSIONLESS_EPOCH = -1
export const FIRST_EPOCH = 0

export function nextSessionEpoch(epoch: number): number {
  return epoch === 0x7fffffff ? 1 : epoch + 1
}

export class FetchSession {
  readonly id: number
  readonly set: FetchSet
  /** Of a follower: its sessions are not evicted for a consumer's. */
  readonly isPrivileged: boolean
  readonly createdMs: number
  lastUsedMs: number
  /** The epoch that the next request must carry. */
  epoch = nextSessionEpoch(FIRST_EPOCH)

  constructor(id: number, set: FetchSet, isPrivileged: boolean, nowMs: number) {
    this.id = id
    this.set = set
    this.isPrivileged = isPrivileged
    this.createdMs = nowMs
    this.lastUsedMs = nowMs
  }
}
