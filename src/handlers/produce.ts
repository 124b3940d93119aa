// Produce. The usual request (nothing to convert, no forced sync) is answered without a promise: appended, answered.
import type { Broker } from '../broker/broker.ts'
import type { Partition } from '../broker/partition.ts'
import type { TopicPartitions } from '../broker/partitions.ts'
import { checkFirstBatch, checkProducedRecords, needsTransaction, onlyBatch } from '../broker/produce-records.ts'
import { withoutRepeats } from '../broker/produce-repeats.ts'
import { type Admission, refusedWrites, type TransactionalWriter } from '../broker/transaction-gate.ts'
import { ErrorCode, errorName, KafkaError } from '../error-codes.ts'
import { isInternalTopic } from '../metadata/topic-name.ts'
import { produce } from '../protocol/messages/produce.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { producerEpoch, producerId } from '../records/batch-header.ts'
import { RecordValidationError } from '../records/validate.ts'
import { handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof produce>
type Answer = ResponseInitOf<typeof produce>
type TopicAnswer = NonNullable<Answer['responses']>[number]
type PartitionAnswer = NonNullable<TopicAnswer['partitionResponses']>[number]

/** Topics have ids instead of names. */
const TOPIC_ID_VERSION = 13
/** The only client that may write to internal topics (Apache Kafka's AdminUtils). */
const ADMIN_CLIENT_ID = '__admin_client'
const NONE = -1
const CLIENT = { origin: 'client' } as const
const ADDING_CLIENT = { origin: 'client', addsToTransaction: true } as const
/** Partitions join a transaction with the first write (KIP-890). */
const ADDING_VERSION = 12
/** TRANSACTION_ABORTABLE is known. */
const ABORTABLE_VERSION = 11
/** Older clients repeat a request with this error without asking for metadata first. */
const UNVERIFIED = 'Unable to verify the partition has been added to the transaction. Underlying error: '
const COORDINATOR_ERRORS: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR
])
/** With these the answer does not tell the log start offset. */
const HIDES_LOG_START: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
  ErrorCode.CORRUPT_MESSAGE,
  ErrorCode.KAFKA_STORAGE_ERROR
])

export const produceHandler = handler(produce, {
  versions: '3-13',
  // librdkafka drops features when 0 to 2 are not advertised (KAFKA-18659); they are refused all the same.
  advertisedVersions: '0-13',
  access: [
    { operation: 'WRITE', resource: 'TOPIC' },
    { operation: 'WRITE', resource: 'TRANSACTIONAL_ID' }
  ],
  // The log has written the records when append returns; only a conversion keeps them, and it gets a copy.
  borrowsRequest: true,
  handle: (request, broker, context) => new ProduceRequest(request, broker, context).run(),
  errorResponse(errorCode, message, request) {
    if (request.acks === 0) return null
    return failedAnswer(request, errorCode, message === errorName(errorCode) ? null : message)
  }
})

class ProduceRequest {
  readonly #request: Request
  readonly #broker: Broker
  readonly #context: RequestContext
  /** Conversions and syncs that must end before the answer. */
  #unfinished: Promise<void>[] | undefined
  #hasFailed = false
  /** Of a transactional producer: the partitions that its transaction may not write to. */
  #refusedWrites: ReadonlyMap<Partition, ErrorCode> | undefined

  constructor(request: Request, broker: Broker, context: RequestContext) {
    this.#request = request
    this.#broker = broker
    this.#context = context
  }

  run(): Answer | null | Promise<Answer | null> {
    const { acks, topicData, transactionalId } = this.#request
    try {
      checkWholeRequest(topicData, transactionalId)
    } catch (error) {
      if (acks === 0) this.#context.closeConnection(`a Produce request with acks=0 failed: ${(error as Error).message}`)
      throw error
    }
    const responses: TopicAnswer[] = []
    const topics = withoutRepeats(topicData)
    if (transactionalId !== null) this.#refusedWrites = this.#askCoordinator(transactionalId, topics)
    for (const topic of topics) responses.push(this.#produceTopic(topic))
    if (this.#unfinished === undefined) return this.#finish(responses)
    return Promise.all(this.#unfinished).then(() => this.#finish(responses))
  }

  #produceTopic(topicData: Request['topicData'][number]): TopicAnswer {
    const { name, topicId, partitionData } = topicData
    const topic = this.#find(topicData)
    const partitionResponses: PartitionAnswer[] = []
    for (const { index, records } of partitionData) {
      const answer: PartitionAnswer = { index, errorCode: ErrorCode.NONE, baseOffset: NONE }
      partitionResponses.push(answer)
      this.#producePartition(topic, records, answer)
    }
    return { name, topicId, partitionResponses }
  }

  #producePartition(topic: TopicPartitions | undefined, records: Buffer | null, answer: PartitionAnswer): void {
    const partition = topic?.partitions[answer.index!]
    const refusal = partition === undefined ? this.#whyMissing(topic, answer) : this.#check(partition, records)
    if (refusal !== ErrorCode.NONE) {
      this.#refuse(answer, refusal)
      if (this.#refusedWrites !== undefined) this.#explainTransaction(answer, refusal)
      return
    }
    try {
      const batch = onlyBatch(records!)
      const work = partition!.log.needsConversion(batch)
        ? this.#convertAndAppend(partition!, Buffer.from(batch), answer)
        : this.#append(partition!, batch, answer)
      if (work !== undefined) this.#await(work, partition!, answer)
    } catch (error) {
      this.#fail(partition!, answer, error)
    }
  }

  /** All partitions of the request at once: they are one producer's, and one transaction's. */
  #askCoordinator(
    transactionalId: string,
    topics: Request['topicData']
  ): ReadonlyMap<Partition, ErrorCode> | undefined {
    let writer: TransactionalWriter | undefined
    const written: Partition[] = []
    for (const topic of topics) {
      const found = this.#find(topic)
      for (const { index, records } of topic.partitionData) {
        const partition = found?.partitions[index]
        if (partition === undefined || records === null) continue
        const isValid = checkProducedRecords(records, this.#context.apiVersion) === ErrorCode.NONE
        if (!isValid || !needsTransaction(records)) continue
        const { producerId, producerEpoch } = writerOf(transactionalId, records)
        if (writer !== undefined && (writer.producerId !== producerId || writer.producerEpoch !== producerEpoch)) {
          throw new KafkaError(
            'INVALID_PRODUCER_ID_MAPPING',
            'Transactional records contained more than one producer ID'
          )
        }
        writer ??= { transactionalId, producerId, producerEpoch }
        written.push(partition)
      }
    }
    return writer === undefined ? undefined : this.#refused(writer, written)
  }

  #refused(writer: TransactionalWriter, partitions: readonly Partition[]): ReadonlyMap<Partition, ErrorCode> {
    return refusedWrites(this.#broker, writer, admissionOf(this.#context.apiVersion), partitions)
  }

  #find({ name, topicId }: Request['topicData'][number]): TopicPartitions | undefined {
    const { partitions } = this.#broker
    return this.#context.apiVersion >= TOPIC_ID_VERSION ? partitions.topicById(topicId) : partitions.topic(name)
  }

  #whyMissing(topic: TopicPartitions | undefined, { index }: PartitionAnswer): ErrorCode {
    if (topic !== undefined) return this.#broker.partitions.whyMissing(topic.name, index!)
    const byId = this.#context.apiVersion >= TOPIC_ID_VERSION
    return byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  }

  /** What is refused before the log is asked, in Apache Kafka's order. */
  #check(partition: Partition, records: Buffer | null): ErrorCode {
    const { acks } = this.#request
    if (records === null) return ErrorCode.INVALID_RECORD
    const invalid = checkProducedRecords(records, this.#context.apiVersion)
    if (invalid !== ErrorCode.NONE) return invalid
    const notInTransaction = this.#refusedWrites?.get(partition)
    if (notInTransaction !== undefined) return notInTransaction
    if (acks !== -1 && acks !== 1 && acks !== 0) return ErrorCode.INVALID_REQUIRED_ACKS
    const isRefused = isInternalTopic(partition.topic) && this.#context.clientId !== ADMIN_CLIENT_ID
    return isRefused ? ErrorCode.INVALID_TOPIC_EXCEPTION : ErrorCode.NONE
  }

  /** Undefined when the answer need not wait for anything. */
  #append(partition: Partition, records: Buffer, answer: PartitionAnswer): Promise<void> | undefined {
    if (partition.hasTooFewReplicas && this.#request.acks === -1) throw new KafkaError('NOT_ENOUGH_REPLICAS')
    const adds = this.#request.transactionalId !== null && this.#context.apiVersion >= ADDING_VERSION
    const result = partition.append(records, adds ? ADDING_CLIENT : CLIENT)
    answer.baseOffset = result.firstOffset
    answer.logAppendTimeMs = result.logAppendTimeMs
    answer.logStartOffset = result.logStartOffset
    // flush.messages: acknowledged means synced, with everyone who asks meanwhile.
    return result.needsFlush ? this.#sync(partition) : undefined
  }

  /** With the topic itself, which may have been made a moment ago. */
  async #sync(partition: Partition): Promise<void> {
    await Promise.all([this.#broker.metadata.flush(), partition.log.flush()])
  }

  /**
   * `records` are the caller's to keep: the frame is gone by the time this ends. Requests of a connection are handled one at a time, so the order of its
   * batches survives the detour.
   */
  async #convertAndAppend(partition: Partition, records: Buffer, answer: PartitionAnswer): Promise<void> {
    const converted = await partition.log.convert(records)
    if (partition.isDeleted) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')
    const { transactionalId } = this.#request
    if (transactionalId !== null && needsTransaction(converted)) {
      // The transaction may have ended meanwhile.
      const refused = this.#refused(writerOf(transactionalId, converted), [partition]).get(partition)
      if (refused !== undefined) throw new KafkaError(errorName(refused))
    }
    await this.#append(partition, converted, answer)
  }

  #await(work: Promise<void>, partition: Partition, answer: PartitionAnswer): void {
    this.#unfinished ??= []
    this.#unfinished.push(work.catch((error: unknown) => this.#fail(partition, answer, error)))
  }

  /** What the coordinator said, as producers of this version understand it. */
  #explainTransaction(answer: PartitionAnswer, errorCode: ErrorCode): void {
    if (errorCode === ErrorCode.INVALID_TXN_STATE) answer.errorMessage = 'Partition was not added to the transaction'
    const isRetriable =
      COORDINATOR_ERRORS.has(errorCode) ||
      (errorCode === ErrorCode.CONCURRENT_TRANSACTIONS && this.#context.apiVersion < ADDING_VERSION)
    if (!isRetriable) return
    answer.errorCode = ErrorCode.NOT_ENOUGH_REPLICAS
    answer.errorMessage = UNVERIFIED + errorName(errorCode)
  }

  #refuse(answer: PartitionAnswer, errorCode: ErrorCode): void {
    this.#hasFailed = true
    answer.errorCode = errorCode
    answer.baseOffset = NONE
    answer.logAppendTimeMs = NONE
    answer.logStartOffset = NONE
  }

  #fail(partition: Partition, answer: PartitionAnswer, error: unknown): void {
    if (!(error instanceof KafkaError)) {
      const { topic, index } = partition
      this.#broker.logger.error('append failed', { topic, partition: index, error: (error as Error).stack })
      this.#refuse(answer, ErrorCode.UNKNOWN_SERVER_ERROR)
      return
    }
    this.#refuse(answer, error.code)
    if (!HIDES_LOG_START.has(error.code)) answer.logStartOffset = partition.log.logStartOffset
    if (!(error instanceof RecordValidationError)) return
    answer.errorMessage = error.message
    answer.recordErrors = error.recordErrors.map(({ index, message }) => {
      return { batchIndex: index, batchIndexErrorMessage: message }
    })
  }

  #finish(responses: TopicAnswer[]): Answer | null {
    if (this.#request.acks !== 0) return { responses }
    // A producer that wants no answer notices an error only when its connection goes away.
    if (this.#hasFailed) this.#context.closeConnection(`a Produce request with acks=0 failed: ${failures(responses)}`)
    return null
  }
}

function writerOf(transactionalId: string, records: Buffer): TransactionalWriter {
  return { transactionalId, producerId: producerId(records, 0), producerEpoch: producerEpoch(records, 0) }
}

function admissionOf(apiVersion: number): Admission {
  if (apiVersion >= ADDING_VERSION) return 'add'
  return apiVersion >= ABORTABLE_VERSION ? 'verify' : 'verify for old clients'
}

function checkWholeRequest(topicData: Request['topicData'], transactionalId: string | null): void {
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) if (records !== null) checkFirstBatch(records, transactionalId)
  }
}

function failures(responses: readonly TopicAnswer[]): string {
  const failed = responses.flatMap(({ name, topicId, partitionResponses }) =>
    (partitionResponses ?? [])
      .filter(({ errorCode }) => errorCode !== ErrorCode.NONE)
      .map(({ index, errorCode }) => `${name || topicId}-${index} ${errorName(errorCode!)}`)
  )
  return failed.join(', ')
}

function failedAnswer({ topicData }: Request, errorCode: ErrorCode, errorMessage: string | null): Answer {
  const responses = topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: NONE, errorMessage }))
  }))
  return { responses }
}
