import { beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import { TIMEOUT_MS, TransactionHarness } from '../testing/transaction-harness.ts'

let test: TransactionHarness
beforeEach(() => {
  test = new TransactionHarness()
})

const DAYS_MS = 24 * 3_600_000

describe('InitProducerId', () => {
  it('gives an id, and a new epoch every time', () => {
    expect(test.init()).toEqual([1000, 0])
    expect(test.init()).toEqual([1000, 1])
    expect(test.state).toBe('Empty')
  })

  it('knows a producer that says what it has, and that asks again', () => {
    expect(test.init()).toEqual([1000, 0])
    expect(test.init([1000, 0])).toEqual([1000, 1])
    expect(test.init([1000, 0])).toEqual([1000, 1])
    expect(test.init()).toEqual([1000, 2])
    expect(test.init([1000, 0])).toBe('PRODUCER_FENCED')
    expect(test.init([999, 2])).toBe('PRODUCER_FENCED')
  })

  it('refuses timeouts out of range, and the empty id', () => {
    expect(test.init(undefined, 0)).toBe('INVALID_TRANSACTION_TIMEOUT')
    expect(test.init(undefined, 900_001)).toBe('INVALID_TRANSACTION_TIMEOUT')
    expect(test.init(undefined, 900_000)).toEqual([1000, 0])
  })

  it.each([0, 2])('aborts what is open and lets the client ask again (transaction.version %i)', (version) => {
    test.transactionVersion = version
    const producer = test.producer()
    test.add(producer, 0, 0)
    expect(test.init()).toBe('CONCURRENT_TRANSACTIONS')
    expect(test.state).toBe('CompleteAbort')
    expect(test.markers.map(({ marker }) => [marker.type, marker.producerEpoch])).toEqual([['ABORT', 1]])
    expect(test.end(producer, true, version)).toBe(version === 2 ? 'INVALID_TXN_STATE' : 'PRODUCER_FENCED')
    expect(test.init()).toEqual([1000, 2])
  })

  it('takes another producer id when the epochs are used up', () => {
    for (let epoch = 0; epoch <= 32_766; epoch++) test.init()
    expect(test.metadata?.producerEpoch).toBe(32_766)
    expect(test.init([1000, 32_766])).toEqual([1001, 0])
    expect(test.init([1000, 32_766])).toEqual([1001, 0])
    expect(test.metadata).toMatchObject({ previousProducerId: 1001, lastProducerEpoch: 32_766 })
  })
})

describe('Partitions', () => {
  it('are added once, by the producer that has the id', () => {
    const [producerId, epoch] = test.producer()
    expect(test.add([producerId, epoch])).toBe('NONE')
    const { endOffset } = test.log
    expect(test.add([producerId, epoch])).toBe('NONE')
    expect(test.log.endOffset).toBe(endOffset)
    expect(test.add([producerId, epoch], 1)).toBe('NONE')
    expect(test.add([producerId, epoch + 1])).toBe('PRODUCER_FENCED')
    expect(test.add([producerId + 1, epoch])).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(test.state).toBe('Ongoing')
    expect(test.verify([producerId, epoch], 0, 1, 2)).toEqual(['NONE', 'NONE', 'TRANSACTION_ABORTABLE'])
    expect(test.verify([producerId, epoch - 1], 0)).toEqual(['PRODUCER_FENCED'])
  })

  it('need a transactional id that is known', () => {
    expect(test.add([1, 0])).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(test.verify([1, 0], 0)).toEqual(['INVALID_PRODUCER_ID_MAPPING'])
    expect(test.end([1, 0], true)).toBe('INVALID_PRODUCER_ID_MAPPING')
  })
})

describe('EndTxn of protocol 2', () => {
  it.each([true, false])('bumps the epoch, tells every partition and answers a repeat (commit %s)', (isCommit) => {
    const producer = test.producer()
    test.add(producer, 0)
    test.add(producer, 1)
    expect(test.end(producer, isCommit)).toEqual([1000, 1])
    expect(test.state).toBe(isCommit ? 'CompleteCommit' : 'CompleteAbort')
    const type = isCommit ? 'COMMIT' : 'ABORT'
    expect(test.markers.map(({ partition, marker }) => [partition, marker])).toEqual(
      [0, 1].map((partition) => [
        partition,
        expect.objectContaining({
          type,
          producerId: 1000,
          producerEpoch: 1,
          coordinatorEpoch: 3,
          transactionVersion: 2
        })
      ])
    )
    expect(test.end(producer, isCommit)).toEqual([1000, 1])
    expect(test.end(producer, !isCommit)).toBe('INVALID_TXN_STATE')
    expect(test.end([1000, 1], true)).toBe('INVALID_TXN_STATE')
    expect(test.end([1000, 5], true)).toBe('PRODUCER_FENCED')
    expect(test.markers.length).toBe(2)
  })

  it('aborts where nothing was begun, and does not commit it', () => {
    const producer = test.producer()
    expect(test.end(producer, true)).toBe('INVALID_TXN_STATE')
    expect(test.end(producer, false)).toEqual([1000, 1])
    expect(test.end([1000, 1], false)).toEqual([1000, 2])
    expect(test.state).toBe('CompleteAbort')
  })

  it('goes on with another producer id after the last epoch', () => {
    for (let epoch = 0; epoch <= 32_766; epoch++) test.init()
    test.add([1000, 32_766])
    expect(test.end([1000, 32_766], true)).toEqual([1001, 0])
    expect(test.markers[0].marker).toMatchObject({ producerId: 1000, producerEpoch: 32_767 })
    expect(test.end([1000, 32_766], true)).toEqual([1001, 0])
    expect(test.add([1001, 0])).toBe('NONE')
    test.restart()
    expect(test.end([1001, 0], true)).toEqual([1001, 1])
  })
})

describe('EndTxn of the older protocol', () => {
  it('keeps the epoch; a repeat looks like the first', () => {
    const producer = test.producer()
    expect(test.end(producer, true, 0)).toBe('INVALID_TXN_STATE')
    test.add(producer, 0, 0)
    expect(test.end(producer, true, 0)).toEqual([-1, -1])
    expect(test.end(producer, true, 0)).toEqual([-1, -1])
    expect(test.end(producer, false, 0)).toBe('INVALID_TXN_STATE')
    expect(test.end([1000, 1], true, 0)).toBe('PRODUCER_FENCED')
    expect(test.markers[0].marker).toMatchObject({ producerEpoch: 0, transactionVersion: 0 })
    expect(test.metadata).toMatchObject({ producerEpoch: 0, state: 'CompleteCommit' })
  })
})

describe('Time', () => {
  it('aborts a transaction that is open for too long', () => {
    const producer = test.producer()
    test.add(producer)
    test.clock.advance(TIMEOUT_MS)
    expect(test.state).toBe('Ongoing')
    test.clock.advance(1)
    expect(test.state).toBe('CompleteAbort')
    expect(test.end(producer, true)).toBe('INVALID_TXN_STATE')
    // It was fenced by nobody but the clock: it may go on.
    expect(test.init([1000, 0])).toEqual([1000, 1])
  })

  it('counts from the first partition, also over a restart', () => {
    const producer = test.producer()
    test.add(producer)
    test.clock.advance(TIMEOUT_MS - 10)
    test.add(producer, 1)
    test.restart()
    expect(test.state).toBe('Ongoing')
    test.clock.advance(11)
    expect(test.state).toBe('CompleteAbort')
    expect(test.markers.map(({ partition }) => partition)).toEqual([0, 1])
  })

  it('forgets ids that nobody uses, but none with something open', () => {
    test.init()
    test.clock.advance(7 * DAYS_MS - 1)
    expect(test.state).toBe('Empty')
    test.clock.advance(3_600_001)
    expect(test.state).toBeUndefined()
    test.restart()
    expect(test.state).toBeUndefined()
    expect(test.init()).toEqual([1001, 0])
  })
})

describe('A restart', () => {
  const states: Record<string, () => void> = {
    Empty: () => test.init(),
    Ongoing: () => test.add(test.producer()),
    PrepareCommit: () => end(true),
    PrepareAbort: () => end(false),
    CompleteCommit: () => {
      const producer = test.producer()
      test.add(producer)
      test.end(producer, true)
    },
    CompleteAbort: () => test.end(test.producer(), false)
  }

  /** Ended, but the partition cannot be told. */
  function end(isCommit: boolean): void {
    const producer = test.producer()
    test.add(producer)
    test.markerError = () => ErrorCode.KAFKA_STORAGE_ERROR
    test.end(producer, isCommit)
  }

  for (const [state, reach] of Object.entries(states)) {
    for (const version of [0, 1, 2]) {
      it(`finds ${state} as it was (transaction.version ${version})`, () => {
        test.transactionVersion = version
        reach()
        expect(test.state).toBe(state)
        const before = test.durable as object
        test.restart()
        const written = version === 0 ? { previousProducerId: -1, nextProducerId: -1, clientTransactionVersion: 0 } : {}
        expect(test.durable).toEqual({ ...before, ...written })
      })
    }
  }

  it.each([true, false])('ends what was being ended (commit %s)', (isCommit) => {
    end(isCommit)
    const prepared = test.metadata!
    expect(test.init()).toBe('CONCURRENT_TRANSACTIONS')
    expect(test.add([1000, 1])).toBe('CONCURRENT_TRANSACTIONS')
    expect(test.end([1000, 0], isCommit)).toBe('CONCURRENT_TRANSACTIONS')
    test.markerError = () => ErrorCode.NONE
    test.restart()
    expect(test.state).toBe(isCommit ? 'CompleteCommit' : 'CompleteAbort')
    const { producerEpoch } = prepared
    expect(test.markers.map(({ marker }) => marker)).toMatchObject([{ producerEpoch, coordinatorEpoch: 4 }])
    expect(test.end([1000, 0], isCommit)).toEqual([1000, 1])
  })
})

describe('A disk that refuses', () => {
  it('a marker: is tried again, where it is missing', () => {
    const producer = test.producer()
    test.add(producer, 0)
    test.add(producer, 1)
    test.markerError = (_, partition) => (partition === 1 ? ErrorCode.KAFKA_STORAGE_ERROR : ErrorCode.NONE)
    expect(test.end(producer, true)).toEqual([1000, 1])
    expect(test.state).toBe('PrepareCommit')
    test.clock.advance(1000)
    expect(test.state).toBe('PrepareCommit')
    test.markerError = () => ErrorCode.NONE
    test.clock.advance(1000)
    expect(test.state).toBe('CompleteCommit')
    expect(test.markers.map(({ partition }) => partition)).toEqual([0, 1])
  })

  it('the decision: nothing has happened', () => {
    const producer = test.producer()
    test.add(producer)
    test.log.failure = new KafkaError('KAFKA_STORAGE_ERROR')
    expect(test.end(producer, true)).toBe('NOT_COORDINATOR')
    expect(test.add(producer, 1)).toBe('NOT_COORDINATOR')
    test.log.failure = undefined
    expect(test.state).toBe('Ongoing')
    expect(test.end(producer, true)).toEqual([1000, 1])
  })

  it('a deleted topic and an overtaken producer need no marker', () => {
    for (const error of ['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_PRODUCER_EPOCH'] as const) {
      const producer = test.producer()
      test.add(producer)
      test.markerError = () => ErrorCode[error]
      test.end(producer, true)
      expect(test.state).toBe('CompleteCommit')
    }
  })

  it('a timeout that cannot be written is tried again', () => {
    test.add(test.producer())
    test.log.failure = new KafkaError('KAFKA_STORAGE_ERROR')
    test.clock.advance(TIMEOUT_MS + 1)
    expect(test.state).toBe('Ongoing')
    test.log.failure = undefined
    test.clock.advance(1000)
    expect(test.state).toBe('CompleteAbort')
  })
})

describe('ListTransactions and DescribeTransactions', () => {
  const all = { stateFilters: [], producerIdFilters: [], durationFilter: -1, transactionalIdPattern: null }
  const list = (filter: Partial<Parameters<typeof test.coordinator.listTransactions>[0]>) =>
    test.coordinator.listTransactions({ ...all, ...filter }).transactionStates!.length

  it('filter', () => {
    test.add(test.producer())
    test.clock.advance(100)
    expect(list({})).toBe(1)
    expect(list({ stateFilters: ['Ongoing', 'Nonsense'] })).toBe(1)
    expect(list({ stateFilters: ['Nonsense'] })).toBe(0)
    expect(list({ producerIdFilters: [1000] })).toBe(1)
    expect(list({ producerIdFilters: [1] })).toBe(0)
    expect(list({ durationFilter: 99 })).toBe(1)
    expect(list({ durationFilter: 100 })).toBe(0)
    expect(list({ transactionalIdPattern: 't.' })).toBe(1)
    expect(list({ transactionalIdPattern: 't' })).toBe(0)
    expect(() => list({ transactionalIdPattern: '(' })).toThrow(/not a valid regular expression/)
    const { unknownStateFilters } = test.coordinator.listTransactions({ ...all, stateFilters: ['Nonsense', 'Empty'] })
    expect(unknownStateFilters).toEqual(['Nonsense'])
  })

  it('describe', () => {
    test.add(test.producer())
    expect(test.coordinator.describeTransaction('tx')).toMatchObject({
      ...{ errorCode: 0, transactionState: 'Ongoing', producerId: 1000, producerEpoch: 0 },
      topics: [{ topic: 't', partitions: [0] }]
    })
    expect(test.coordinator.describeTransaction('no').errorCode).toBe(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
    expect(test.coordinator.describeTransaction('').errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })
})
