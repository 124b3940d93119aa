// One fetch from request to answer: read what is there; when that is too little, wait for the partitions it named until
// an append brings enough, the client's patience ends, or a partition goes away.
import { ErrorCode } from '../error-codes.ts'
import type { Clock, Timer } from '../ports.ts'
import type { fetch } from '../protocol/messages/fetch.ts'
import type { ResponseInitOf } from '../protocol/schema.ts'
import type { FetchBuffers } from './fetch-buffers.ts'
import type { FetchPartition } from './fetch-partition.ts'
import { type FetchLimits, FetchPass, type PartitionAnswer } from './fetch-read.ts'
import type { FetchSession } from './fetch-session.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { FetchSet, FetchWaiter } from './fetch-set.ts'
import type { FetchWaits } from './fetch-waits.ts'
import type { Partitions } from './partitions.ts'

export type FetchAnswer = ResponseInitOf<typeof fetch>

/** What of the broker a fetch needs. */
export interface FetchPath {
  readonly clock: Clock
  readonly partitions: Partitions
  readonly fetchBuffers: FetchBuffers
  readonly fetchSessions: FetchSessions
  readonly fetchWaits: FetchWaits
}

export interface FetchParams extends FetchLimits {
  readonly maxWaitMs: number
  readonly minBytes: number
  /** The session whose turn this is, and the epoch it must still have when the answer is made. */
  readonly session: FetchSession | undefined
  readonly createsSession: boolean
}

/** The connection that asked. */
export interface FetchClient {
  onDisconnect(callback: () => void): () => void
  onSent(callback: () => void): void
}

export class FetchOperation implements FetchWaiter {
  readonly #path: FetchPath
  readonly #set: FetchSet
  readonly #params: FetchParams
  readonly #client: FetchClient
  readonly #expectedEpoch: number
  #missingBytes = 0
  #isScheduled = false
  #timer: Timer | undefined
  #undoDisconnect: (() => void) | undefined
  #promise: { resolve(answer: FetchAnswer | null): void; reject(error: unknown): void } | undefined

  constructor(path: FetchPath, set: FetchSet, params: FetchParams, client: FetchClient) {
    this.#path = path
    this.#set = set
    this.#params = params
    this.#client = client
    this.#expectedEpoch = params.session?.epoch ?? -1
  }

  run(): FetchAnswer | Promise<FetchAnswer | null> {
    // Two requests of one session at a time: the later one has the epoch, so the earlier one ends now.
    this.#set.waiter?.finish()
    const pass = this.#read()
    if (this.#isSatisfied(pass)) return this.#answer(pass)
    pass.release()
    return this.#wait(this.#params.minBytes - pass.bytesRead)
  }

  bytesAppended(sizeBytes: number): void {
    this.#missingBytes -= sizeBytes
    if (this.#missingBytes > 0 || this.#isScheduled) return
    this.#isScheduled = true
    // After the appending request is done and its response is queued; all appends of this turn are read at once.
    queueMicrotask(() => this.#tryFinish())
  }

  finish(): void {
    this.#attempt((pass) => this.#settle(this.#answer(pass)))
  }

  #read(): FetchPass {
    const { partitions, fetchBuffers } = this.#path
    const pass = new FetchPass(partitions, fetchBuffers, this.#params)
    pass.read(this.#set.changed)
    return pass
  }

  /** Apache Kafka's conditions for not waiting, in ReplicaManager's order of thought. */
  #isSatisfied(pass: FetchPass): boolean {
    const { maxWaitMs, minBytes } = this.#params
    if (maxWaitMs <= 0 || this.#path.fetchWaits.isClosed || pass.bytesRead >= minBytes || pass.mustAnswer) return true
    // Nothing that exists: a session counts its quiet entries, which exist but are not read.
    return pass.resolvedCount === 0 && pass.entries.length === this.#set.size
  }

  #wait(missingBytes: number): Promise<FetchAnswer | null> {
    this.#missingBytes = missingBytes
    this.#set.waiter = this
    this.#set.watchChanged()
    this.#path.fetchWaits.add(this)
    this.#timer = this.#path.clock.setTimer(this.#params.maxWaitMs, () => this.finish())
    this.#undoDisconnect = this.#client.onDisconnect(() => this.#settle(null))
    return new Promise((resolve, reject) => {
      this.#promise = { resolve, reject }
    })
  }

  #tryFinish(): void {
    this.#isScheduled = false
    this.#attempt((pass) => {
      if (this.#isSatisfied(pass)) return this.#settle(this.#answer(pass))
      // Appended, but not readable: an open transaction, or less than was asked for in one partition.
      pass.release()
      this.#missingBytes = this.#params.minBytes - pass.bytesRead
    })
  }

  /** Runs outside any request, from a timer or an append: what goes wrong here belongs to the fetch, not to them. */
  #attempt(use: (pass: FetchPass) => void): void {
    const promise = this.#promise
    if (promise === undefined) return
    try {
      use(this.#read())
    } catch (error) {
      this.#settle(null)
      promise.reject(error)
    }
  }

  #settle(answer: FetchAnswer | null): void {
    const promise = this.#promise
    if (promise === undefined) return
    this.#promise = undefined
    this.#timer?.cancel()
    this.#undoDisconnect?.()
    this.#path.fetchWaits.delete(this)
    if (this.#set.waiter === this) this.#set.waiter = undefined
    const isSetKept = this.#params.session !== undefined || (answer !== null && answer.sessionId !== 0)
    if (!isSetKept) this.#set.unwatchAll()
    promise.resolve(answer)
  }

  #answer(pass: FetchPass): FetchAnswer {
    const { session } = this.#params
    if (session !== undefined && session.epoch !== this.#expectedEpoch) {
      pass.release()
      return { errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId: session.id, responses: [] }
    }
    if (pass.hasBuffers) this.#client.onSent(() => pass.release())
    if (session !== undefined) return this.#incrementalAnswer(pass, session)
    const responses = new ResponseTopics(this.#set.usesTopicIds)
    for (let i = 0; i < pass.entries.length; i++) responses.add(pass.entries[i], pass.answers[i])
    return this.#response(pass, this.#openSession(pass), responses)
  }

  #openSession(pass: FetchPass): number {
    if (!this.#params.createsSession) return 0
    const session = this.#path.fetchSessions.create(this.#set, this.#params.replicaId >= 0)
    if (session === undefined) return 0
    this.#set.changed = []
    const gaveRecords: FetchPartition[] = []
    for (let i = 0; i < pass.entries.length; i++) this.#note(pass.entries[i], pass.answers[i], gaveRecords)
    this.#set.changed.push(...gaveRecords)
    return session.id
  }

  #incrementalAnswer(pass: FetchPass, session: FetchSession): FetchAnswer {
    const responses = new ResponseTopics(this.#set.usesTopicIds)
    const gaveRecords: FetchPartition[] = []
    this.#set.changed = []
    for (let i = 0; i < pass.entries.length; i++) {
      const entry = pass.entries[i]
      const answer = pass.answers[i]
      if (addsSomething(entry, answer)) responses.add(entry, answer)
      this.#note(entry, answer, gaveRecords)
    }
    this.#set.changed.push(...gaveRecords)
    return this.#response(pass, session.id, responses)
  }

  #response(pass: FetchPass, sessionId: number, { topics }: ResponseTopics): FetchAnswer {
    const response: FetchAnswer = { errorCode: ErrorCode.NONE, sessionId, responses: topics }
    if (pass.namesLeader) response.nodeEndpoints = [this.#params.leader!]
    return response
  }

  /** Remembers what the client now knows, and whether there is more to say at the next fetch without any new append. */
  #note(entry: FetchPartition, answer: PartitionAnswer, gaveRecords: FetchPartition[]): void {
    const isError = answer.errorCode !== ErrorCode.NONE
    // After an error the next good answer is sent even when nothing else changed.
    entry.highWatermark = isError ? -1 : answer.highWatermark!
    entry.logStartOffset = answer.logStartOffset ?? -1
    if (answer.records!.length > 0) gaveRecords.push(entry)
    else if (isError || answer.divergingEpoch !== undefined || isBehind(entry, this.#params))
      this.#set.changed.push(entry)
    else {
      entry.isChanged = false
      entry.watch()
    }
  }
}

/** The client could have got records, but the limits of this answer were used up by others. */
function isBehind(entry: FetchPartition, params: FetchParams): boolean {
  const partition = entry.partition!
  const endOffset = params.readCommitted ? partition.log.lastStableOffset : partition.highWatermark
  return entry.fetchOffset < endOffset
}

function addsSomething(entry: FetchPartition, answer: PartitionAnswer): boolean {
  return (
    answer.records!.length > 0 ||
    answer.errorCode !== ErrorCode.NONE ||
    answer.highWatermark !== entry.highWatermark ||
    answer.logStartOffset !== entry.logStartOffset ||
    answer.divergingEpoch !== undefined
  )
}

/** Partitions in the order given; neighbours of one topic share its entry. */
class ResponseTopics {
  readonly #usesTopicIds: boolean
  readonly topics: { topic: string; topicId: string; partitions: PartitionAnswer[] }[] = []

  constructor(usesTopicIds: boolean) {
    this.#usesTopicIds = usesTopicIds
  }

  add(entry: FetchPartition, answer: PartitionAnswer): void {
    const last = this.topics.at(-1)
    const isSame =
      last !== undefined && (this.#usesTopicIds ? last.topicId === entry.topicId : last.topic === entry.topic)
    if (isSame) last.partitions.push(answer)
    else this.topics.push({ topic: entry.topic ?? '', topicId: entry.topicId, partitions: [answer] })
  }
}
