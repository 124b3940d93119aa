// How the metadata log of a directory is opened for writing: a new one is formatted, an existing one, ours or Apache
// Kafka's, is read and taken over. Every start has its own epoch, registers the broker anew and leads every partition.
import type { ConfigValues } from '../configs/config-values.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import type { RecordInit } from '../records/build-batch.ts'
import { recordsOf } from '../records/iterate.ts'
import { MalformedCheckpointError } from '../storage/checkpoint-file.ts'
import { LEADER_EPOCH_CHECKPOINT, PARTITION_METADATA, partitionDirectoryName } from '../storage/file-names.ts'
import { LeaderEpochs } from '../storage/leader-epochs.ts'
import type { LogDirectory } from '../storage/log-directory.ts'
import { formatPartitionMetadata } from '../storage/partition-metadata.ts'
import { BackgroundFiles } from './background-files.ts'
import { ClusterImage, type ImageState } from './cluster-image.ts'
import { randomUuid } from './command-context.ts'
import { kraftVersion as kraftVersionRecord, leaderChange, voters } from './control-records.ts'
import { recordVersions } from './features.ts'
import { bootstrapRecords } from './format.ts'
import { takeLeadership } from './leadership.ts'
import { controlBatch, dataBatch } from './metadata-batch.ts'
import type { MetadataLog } from './metadata-log.ts'
import { decodeRecord, encodeRecord, MetadataLogError } from './metadata-records.ts'
import { type OpenedMetadata, openMetadata } from './open-log.ts'
import { formatQuorumState, parseQuorumState } from './quorum-state.ts'
import { type BrokerEndpoint, fenceOthers, registerBroker, registerController, unfence } from './registration.ts'
import type { Replay } from './replay.ts'
import { bootstrapSnapshot, snapshotFileName } from './snapshot.ts'
import { type QuorumRecords, Snapshotter } from './snapshotter.ts'
import { CLUSTER_METADATA_TOPIC } from './topic-name.ts'

export interface StartOptions {
  readonly logs: Pick<LogDirectory, 'path' | 'fileSystem' | 'directoryId' | 'wasCleanShutdown' | 'hasRecords'>
  readonly config: ConfigValues
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly nodeId: number
  readonly endpoints: readonly BrokerEndpoint[]
}

export interface StartedMetadata {
  readonly log: MetadataLog
  readonly state: ImageState
  readonly replay: Replay
  readonly snapshotter: Snapshotter
  readonly files: BackgroundFiles
  readonly leaderEpoch: number
  readonly brokerEpoch: number
}

const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
const QUORUM_STATE = 'quorum-state'
/** Nothing listens there: it is where an Apache Kafka that takes the directory over looks for itself, and corrects it. */
const CONTROLLER_PORT = 9093
/** Records in one batch of a take-over: far from the 8 MiB that a batch of the metadata log may have. */
const BATCH_RECORDS = 2000

export function startMetadata(options: StartOptions): StartedMetadata {
  const { fileSystem } = options.logs
  const path = `${options.logs.path}/${partitionDirectoryName(CLUSTER_METADATA_TOPIC, 0)}`
  fileSystem.makeDirectory(path)
  const segmentBytes = options.config.int('metadata.log.segment.bytes')
  const isWhole = options.logs.wasCleanShutdown
  const opened = openMetadata({ fileSystem, path, logger: options.logger, segmentBytes, isWhole })
  if (opened.log.endOffset === 0 && options.logs.hasRecords()) {
    const found = `${path} holds no metadata log, but ${options.logs.path} holds records`
    throw new MetadataLogError(`${found}: put the log back from a copy, or start in another directory`)
  }
  return new Start(options, path, opened).run()
}

/** The steps of one start; each appends to `#batches`, which are written together at the end. */
class Start {
  readonly #options: StartOptions
  readonly #path: string
  readonly #opened: OpenedMetadata
  readonly #isNew: boolean
  readonly #leaderEpoch: number
  readonly #timestampMs: number
  readonly #batches: Buffer[] = []
  readonly #files: BackgroundFiles
  readonly #quorum: QuorumRecords
  /** Of the leader change. */
  readonly #firstOffset: number
  #nextOffset: number

  constructor(options: StartOptions, path: string, opened: OpenedMetadata) {
    this.#options = options
    this.#path = path
    this.#opened = opened
    this.#files = new BackgroundFiles(options.logs.fileSystem, options.logger)
    this.#isNew = opened.log.endOffset === 0
    this.#quorum = this.#isNew ? { kraftVersion: 1, voters: this.#voters() } : opened.quorum
    this.#firstOffset = opened.log.endOffset
    this.#nextOffset = opened.log.endOffset
    this.#timestampMs = options.clock.nowMs()
    this.#leaderEpoch = Math.max(opened.log.lastEpoch, this.#quorumEpoch()) + 1
  }

  run(): StartedMetadata {
    const { log, state, replay } = this.#opened
    this.#lead()
    if (this.#isNew) this.#data(bootstrapRecords(this.#options.logs, this.#options.config.int('min.insync.replicas')))
    else if (replay.hasOpenTransaction) this.#data([encodeRecord('abortTransaction', 0, {})])
    if (state.features.size === 0) throw new MetadataLogError('the metadata log names no metadata.version')
    const brokerEpoch = this.#register()
    if (!this.#options.logs.wasCleanShutdown) log.syncWhatWasRead()
    log.append(this.#batches)
    this.#writeQuorumFiles()
    state.endOffset = log.endOffset
    replay.takeDelta()
    const snapshotter = this.#snapshotter()
    snapshotter.consider(this.#timestampMs)
    return { log, state, replay, snapshotter, files: this.#files, leaderEpoch: this.#leaderEpoch, brokerEpoch }
  }

  #snapshotter(): Snapshotter {
    const { config, logger, logs } = this.#options
    const { log, state } = this.#opened
    const maxBytesBetween = config.long('metadata.log.max.record.bytes.between.snapshots')
    const { fileSystem } = logs
    return new Snapshotter({ fileSystem, path: this.#path, logger, log, state, quorum: this.#quorum, maxBytesBetween })
  }

  #quorumEpoch(): number {
    const { fileSystem } = this.#options.logs
    const file = `${this.#path}/${QUORUM_STATE}`
    if (!fileSystem.exists(file)) return 0
    const state = parseQuorumState(fileSystem.readFile(file).toString())
    if (state !== undefined) return state.leaderEpoch
    // The log's own epochs are enough to go on with; a file that a power cut emptied must not stop the start.
    this.#options.logger.warn('quorum-state is not readable; the epoch is taken from the log', { file })
    return 0
  }

  /**
   * What the log says as well, for Apache Kafka: each of them may be missing or one start old when it takes the directory
   * over, none may be half written.
   */
  #writeQuorumFiles(): void {
    const { fileSystem, directoryId } = this.#options.logs
    const { nodeId } = this.#options
    const { kraftVersion } = this.#quorum
    const write = (name: string, content: string | Buffer) => this.#files.write(`${this.#path}/${name}`, content)
    if (!fileSystem.exists(`${this.#path}/${PARTITION_METADATA}`)) {
      write(PARTITION_METADATA, formatPartitionMetadata(METADATA_TOPIC_ID))
    }
    if (kraftVersion > 0 && !this.#opened.hasSnapshot) {
      const endpoint = this.#controllerEndpoint()
      const content = bootstrapSnapshot({ nodeId, directoryId, endpoint, timestampMs: this.#timestampMs })
      write(snapshotFileName({ endOffset: 0, epoch: 0 }), content)
    }
    write(QUORUM_STATE, formatQuorumState({ leaderId: nodeId, leaderEpoch: this.#leaderEpoch }, kraftVersion))
    write(LEADER_EPOCH_CHECKPOINT, this.#leaderEpochs())
  }

  /** Nothing here depends on it: an Apache Kafka that takes over finds the epochs in the log. */
  #loadEpochs(file: string): LeaderEpochs {
    try {
      return LeaderEpochs.load(this.#options.logs.fileSystem, file)
    } catch (error) {
      if (!(error instanceof MalformedCheckpointError)) throw error
      this.#options.logger.warn(`${file} is malformed: begun anew`)
      return new LeaderEpochs()
    }
  }

  #leaderEpochs(): string {
    const { fileSystem } = this.#options.logs
    const file = `${this.#path}/${LEADER_EPOCH_CHECKPOINT}`
    const epochs = fileSystem.exists(file) ? this.#loadEpochs(file) : new LeaderEpochs()
    epochs.assign(this.#leaderEpoch, this.#firstOffset)
    return epochs.format()
  }

  #controllerEndpoint(): BrokerEndpoint {
    const host = this.#options.endpoints[0]?.host ?? 'localhost'
    return { name: 'CONTROLLER', host, port: CONTROLLER_PORT, securityProtocol: 'PLAINTEXT' }
  }

  #voters(): RecordInit {
    const { name, host, port } = this.#controllerEndpoint()
    return voters(this.#options.nodeId, this.#options.logs.directoryId, { name, host, port })
  }

  #lead(): void {
    const { nodeId } = this.#options
    const records: RecordInit[] = [leaderChange(nodeId)]
    if (this.#isNew) {
      records.push(kraftVersionRecord(1), this.#voters())
    }
    this.#batches.push(controlBatch(records, this.#place()))
    this.#nextOffset += records.length
  }

  #register(): number {
    const { nodeId, endpoints, random, config, logs } = this.#options
    const { directoryId } = logs
    const incarnationId = randomUuid(random)
    const image = new ClusterImage(this.#opened.state)
    const versions = recordVersions(image.metadataVersion ?? 0)
    if (this.#isNew) this.#data([registerController(nodeId, incarnationId, this.#controllerEndpoint())])
    const brokerEpoch = this.#nextOffset
    const rack = config.nullableString('broker.rack')
    this.#data([registerBroker({ nodeId, incarnationId, endpoints, rack, directoryId }, brokerEpoch, versions)])
    const changes = takeLeadership(image, { nodeId, directoryId, versions })
    this.#data([...fenceOthers(image, nodeId), unfence(nodeId, brokerEpoch)])
    for (let at = 0; at < changes.length; at += BATCH_RECORDS) this.#data(changes.slice(at, at + BATCH_RECORDS))
    return brokerEpoch
  }

  /** A batch of its own, replayed at once: the next step builds on it. */
  #data(values: readonly Buffer[]): void {
    const batch = dataBatch(values, this.#place())
    this.#batches.push(batch)
    this.#nextOffset += values.length
    for (const { value } of recordsOf(batch)) {
      if (value !== null) this.#opened.replay.apply(decodeRecord(value))
    }
  }

  #place() {
    return { baseOffset: this.#nextOffset, leaderEpoch: this.#leaderEpoch, timestampMs: this.#timestampMs }
  }
}
