// A transaction coordinator on a manual clock and a log in memory; the partitions it writes markers to are a list.
import { ConfigValues } from '../../configs/config-values.ts'
import { ErrorCode, errorName } from '../../error-codes.ts'
import type { EndMarker } from '../transaction/transaction-context.ts'
import { TransactionCoordinator } from '../transaction/transaction-coordinator.ts'
import type { TransactionMetadata } from '../transaction/transaction-metadata.ts'
import { immediate, quietLogger } from './group-harness.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryLogs } from './memory-logs.ts'

export const ID = 'tx'
export const TIMEOUT_MS = 60_000
export type Producer = readonly [producerId: number, producerEpoch: number]

export class TransactionHarness {
  readonly clock = new ManualClock()
  readonly logs = new MemoryLogs()
  readonly markers: { topic: string; partition: number; marker: EndMarker }[] = []
  transactionVersion = 2
  coordinatorEpoch = 3
  /** What partitions answer to a marker. */
  markerError: (topic: string, partition: number) => ErrorCode = () => ErrorCode.NONE
  #nextProducerId = 1000
  coordinator: TransactionCoordinator

  constructor() {
    this.coordinator = this.#fresh()
  }

  #fresh(): TransactionCoordinator {
    return new TransactionCoordinator({
      ...{ logs: this.logs, clock: this.clock, logger: quietLogger, config: new ConfigValues([]) },
      ports: {
        transactionVersion: () => this.transactionVersion,
        nextProducerId: () => this.#nextProducerId++,
        coordinatorEpoch: () => this.coordinatorEpoch,
        writeMarker: (topic, partition, marker) => {
          const errorCode = this.markerError(topic, partition)
          if (errorCode === ErrorCode.NONE) this.markers.push({ topic, partition, marker })
          return errorCode
        }
      }
    })
  }

  /** Another life on the same log. */
  restart(): void {
    this.coordinator.close()
    this.coordinatorEpoch++
    this.coordinator = this.#fresh()
    this.coordinator.shards()
  }

  get log() {
    return this.logs.log(0)!
  }

  init(expected?: Producer, timeoutMs = TIMEOUT_MS): Producer | string {
    const wanted = expected && { producerId: expected[0], producerEpoch: expected[1] }
    const answer = immediate(this.coordinator.initProducerId({ transactionalId: ID, timeoutMs, expected: wanted }))
    return answer.errorCode === 0 ? [answer.producerId, answer.producerEpoch] : errorName(answer.errorCode)
  }

  /** A producer with the id; fails the test when it does not get one. */
  producer(): Producer {
    const answer = this.init()
    if (typeof answer === 'string') throw new Error(answer)
    return answer
  }

  add([producerId, producerEpoch]: Producer, partition = 0, version = 2): string {
    const partitions = [{ topic: 't', partition }]
    const request = { transactionalId: ID, producerId, producerEpoch, partitions }
    return errorName(this.coordinator.addPartitions(request, version))
  }

  verify([producerId, producerEpoch]: Producer, ...indexes: number[]): string[] {
    const partitions = indexes.map((partition) => ({ topic: 't', partition }))
    const request = { transactionalId: ID, producerId, producerEpoch, partitions }
    return this.coordinator.verifyPartitions(request).map(errorName)
  }

  end([producerId, producerEpoch]: Producer, isCommit: boolean, version = 2): Producer | string {
    const request = { transactionalId: ID, producerId, producerEpoch, isCommit, clientTransactionVersion: version }
    const answer = immediate(this.coordinator.endTransaction(request))
    return answer.errorCode === 0 ? [answer.producerId, answer.producerEpoch] : errorName(answer.errorCode)
  }

  get metadata(): TransactionMetadata | undefined {
    return this.coordinator.shards()[0].metadata(ID)
  }

  get state(): string | undefined {
    return this.metadata?.state
  }

  /** The state as a restart must find it: the last epoch is not in the log. */
  get durable(): unknown {
    return this.metadata && { ...this.metadata, lastProducerEpoch: -1 }
  }
}
