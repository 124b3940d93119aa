// Work on partitions goes to their leaders: grouped by leader, asked in parallel, and what failed with a retriable
// error is asked again, alone, after the leaders were looked up anew.
import { errorName, KafkaError } from '../error-codes.ts'
import type { Client, Purpose } from './client.ts'
import type { Connection } from './connection.ts'
import { isRetriable } from './errors.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Exactly one of both is set. */
export interface Outcome<R> {
  readonly error?: Error
  readonly result?: R
}

/** Answers in the order of its items. */
export type Ask<I, R> = (connection: Connection, items: readonly I[]) => Promise<Outcome<R>[]>

export interface AskOptions {
  readonly purpose?: Purpose
  readonly retryTimeoutMs?: number
}

interface Entry<I> {
  readonly item: I
  readonly index: number
}

/** One outcome per item, in the order of the items; an error that stayed retriable until the deadline is one too. */
export async function askLeaders<I extends TopicPartition, R>(
  client: Client,
  items: readonly I[],
  ask: Ask<I, R>,
  options: AskOptions = {}
): Promise<Outcome<R>[]> {
  const outcomes: Outcome<R>[] = new Array(items.length)
  let open: Entry<I>[] = items.map((item, index) => ({ item, index }))
  const attempt = async () => {
    const byLeader = await groupByLeader(client, open, outcomes)
    await Promise.all(
      [...byLeader].map(async ([leaderId, entries]) => {
        const answers = await askOne(client, leaderId, entries, ask, options.purpose)
        entries.forEach(({ index }, at) => {
          outcomes[index] = answers[at]!
        })
      })
    )
    open = open.filter(({ index }) => isRetriable(outcomes[index]!.error))
    if (open.length > 0) throw outcomes[open[0]!.index]!.error
  }
  await client.retry(attempt, options.retryTimeoutMs).catch((error: unknown) => {
    // Retriable errors that outlived the deadline stand in the outcomes already; anything else is a bug.
    if (!isRetriable(error)) throw error
  })
  return outcomes
}

/** The results, or the first error. */
export function resultsOf<R>(outcomes: readonly Outcome<R>[]): R[] {
  return outcomes.map(({ error, result }) => {
    if (error !== undefined) throw error
    return result as R
  })
}

/** An outcome from an error code of a response; `what` names the thing that was asked about. */
export function outcomeOf<R>(code: number, what: string, result: () => R, detail?: string | null): Outcome<R> {
  if (code === 0) return { result: result() }
  const name = errorName(code)
  return { error: new KafkaError(name, `${what}: ${detail ? `${detail} (${name})` : name}`) }
}

async function groupByLeader<I extends TopicPartition, R>(client: Client, open: Entry<I>[], outcomes: Outcome<R>[]) {
  const byLeader = new Map<number, Entry<I>[]>()
  for (const entry of open) {
    try {
      const { leaderId } = await client.leaderOf(entry.item.topic, entry.item.partition)
      const group = byLeader.get(leaderId)
      if (group === undefined) byLeader.set(leaderId, [entry])
      else group.push(entry)
    } catch (error) {
      outcomes[entry.index] = { error: asError(error) }
    }
  }
  return byLeader
}

async function askOne<I, R>(
  client: Client,
  leaderId: number,
  entries: readonly Entry<I>[],
  ask: Ask<I, R>,
  purpose?: Purpose
): Promise<Outcome<R>[]> {
  try {
    const connection = await client.node(leaderId, purpose)
    return await ask(
      connection,
      entries.map(({ item }) => item)
    )
  } catch (error) {
    return entries.map(() => ({ error: asError(error) }))
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** Groups by topic, keeping the order of first appearance: the shape of most requests. */
export function byTopic<I extends TopicPartition>(items: readonly I[]): Map<string, I[]> {
  const topics = new Map<string, I[]>()
  for (const item of items) {
    const known = topics.get(item.topic)
    if (known === undefined) topics.set(item.topic, [item])
    else known.push(item)
  }
  return topics
}

export const partitionKey = (topic: string, partition: number): string => `${partition}/${topic}`
