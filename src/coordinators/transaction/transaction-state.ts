// The states of a transaction: their numbers in the log, their names in DescribeTransactions and ListTransactions, and
// which may follow which. Dead and PrepareEpochFence are never written: the first is a tombstone, the second only names
// what happens between an InitProducerId and the abort that it causes.

const states = [
  ['Empty', 0],
  ['Ongoing', 1],
  ['PrepareCommit', 2],
  ['PrepareAbort', 3],
  ['CompleteCommit', 4],
  ['CompleteAbort', 5],
  ['Dead', 6],
  ['PrepareEpochFence', 7]
] as const

export type TransactionState = (typeof states)[number][0]

const idByState = new Map<TransactionState, number>(states)
const stateById = new Map<number, TransactionState>(states.map(([name, id]) => [id, name]))

const previousStates: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  Empty: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  Ongoing: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareCommit: ['Ongoing'],
  // Protocol 2 may abort where nothing was begun: the client cannot know what reached the coordinator.
  PrepareAbort: ['Ongoing', 'PrepareEpochFence', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
  Dead: ['Empty', 'CompleteAbort', 'CompleteCommit'],
  PrepareEpochFence: ['Ongoing']
}

export const stateId = (state: TransactionState): number => idByState.get(state)!

export function stateOfId(id: number): TransactionState {
  const state = stateById.get(id)
  if (state === undefined) throw new Error(`unknown transaction state ${id}`)
  return state
}

export const stateOfName = (name: string): TransactionState | undefined =>
  idByState.has(name as TransactionState) ? (name as TransactionState) : undefined

export const mayFollow = (from: TransactionState, to: TransactionState): boolean => previousStates[to].includes(from)

/** Decided, but not yet known in every partition: nothing else may happen to the transaction. */
export const isPrepared = (state: TransactionState): boolean => state === 'PrepareCommit' || state === 'PrepareAbort'

/** Nothing is open: the transactional id may be forgotten when nobody has used it for long. */
export const isIdle = (state: TransactionState): boolean =>
  state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort'
