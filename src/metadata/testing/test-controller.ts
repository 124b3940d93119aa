// A metadata controller on a file system in memory, and the log of a directory that someone else wrote.
import { type ConfigSetting, ConfigValues } from '../../configs/config-values.ts'
import type { Clock, Logger, Random } from '../../ports.ts'
import type { MemoryFileSystem } from '../../storage/file-system-memory.ts'
import { MetadataController } from '../controller.ts'
import { controlBatch, dataBatch } from '../metadata-batch.ts'

export const METADATA_PATH = '/data/__cluster_metadata-0'
export const LOG_PATH = `${METADATA_PATH}/00000000000000000000.log`
export const DIRECTORY_ID = 'ZZZZZZZZZZZZZZZZZZZZZQ'
export const create = { validateOnly: false } as const

const clock: Clock = { nowMs: () => 1_795_225_628_500, monotonicMs: () => 0, setTimer: () => ({ cancel() {} }) }

/** Reproducible: a linear congruential generator. */
function seededRandom(seed: number): Random {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  }
  return { float: () => 0.5, bytes: (count) => Buffer.from(Array.from({ length: count }, next)) }
}

let lives = 0

export interface TestControllerOptions {
  readonly settings?: readonly ConfigSetting[]
  readonly config?: ConfigValues
  readonly nodeId?: number
  readonly warnings?: string[]
}

export function openController(fileSystem: MemoryFileSystem, options: TestControllerOptions = {}): MetadataController {
  const { settings = [], config = new ConfigValues(settings), nodeId = 1, warnings = [] } = options
  const logger: Logger = { debug() {}, info() {}, warn: (message) => warnings.push(message), error() {} }
  fileSystem.makeDirectory('/data')
  return MetadataController.open({
    logs: {
      ...{ path: '/data', fileSystem, clusterId: 'MkU3OEVBNTcwNTJENDM2Qg', directoryId: DIRECTORY_ID },
      wasCleanShutdown: false,
      hasRecords: () => false
    },
    config,
    clock,
    random: seededRandom(++lives),
    logger,
    nodeId,
    endpoints: [{ name: 'PLAINTEXT', host: '127.0.0.1', port: 9092, securityProtocol: 'PLAINTEXT' }]
  })
}

export function topicsOf(controller: MetadataController) {
  return Array.from(controller.image.topics(), ({ name, topicId, partitions, configs }) => {
    return { name, topicId, partitions, configs: [...configs] }
  })
}

/** Writes what another broker left: each element a batch of record values, in leader epoch 1. */
export function writeForeignLog(fileSystem: MemoryFileSystem, batches: readonly (readonly Buffer[])[]): void {
  fileSystem.makeDirectory(METADATA_PATH)
  let baseOffset = 0
  const encoded = batches.map((values) => {
    const batch = dataBatch(values, { baseOffset, leaderEpoch: 1, timestampMs: 1 })
    baseOffset += values.length
    return batch
  })
  fileSystem.writeFile(LOG_PATH, Buffer.concat(encoded))
}

/** A snapshot file around record values. */
export function snapshotContent(
  values: readonly Buffer[],
  controls: { header: Parameters<typeof controlBatch>[0]; footer: Parameters<typeof controlBatch>[0] }
): Buffer {
  const place = { baseOffset: 0, leaderEpoch: 1, timestampMs: 1 }
  return Buffer.concat([
    controlBatch(controls.header, place),
    dataBatch(values, { ...place, baseOffset: controls.header.length }),
    controlBatch(controls.footer, { ...place, baseOffset: controls.header.length + values.length })
  ])
}
