// How far each log is clean: cleaner-offset-checkpoint, one of the log directory's checkpoints.

import type { FileSystem, Logger } from '../ports.ts'
import { replaceFileSynced } from './atomic-file.ts'
import { MalformedCheckpointError } from './checkpoint-file.ts'
import { CLEANER_CHECKPOINT } from './file-names.ts'
import { formatOffsetCheckpoint, type OffsetsByPartition, readOffsetCheckpoint } from './offset-checkpoint.ts'

export class CleanerCheckpoint {
  readonly #fileSystem: FileSystem
  readonly #path: string
  readonly #offsets: OffsetsByPartition
  #writing: Promise<void> = Promise.resolve()

  /** Without it everything is dirty, which costs one run and nothing else. */
  constructor(fileSystem: FileSystem, directory: string, logger: Logger) {
    this.#fileSystem = fileSystem
    this.#path = `${directory}/${CLEANER_CHECKPOINT}`
    this.#offsets = read(fileSystem, this.#path, logger)
  }

  get(name: string): number | undefined {
    return this.#offsets.get(name)
  }

  /** `name` as of the directory. Resolves when it is on the disk. */
  set(name: string, offset: number): Promise<void> {
    this.#offsets.set(name, offset)
    return this.#write()
  }

  /** Of a partition that was deleted: one of the same name begins anew. */
  async remove(name: string): Promise<void> {
    if (this.#offsets.delete(name)) await this.#write()
  }

  #write(): Promise<void> {
    const write = () => replaceFileSynced(this.#fileSystem, this.#path, this.#format())
    this.#writing = this.#writing.then(write, write)
    return this.#writing
  }

  #format(): string {
    const entries = [...this.#offsets].map(([name, offset]) => ({ ...parsed(name), offset }))
    return formatOffsetCheckpoint(entries)
  }
}

function parsed(name: string): { topic: string; partition: number } {
  const dash = name.lastIndexOf('-')
  return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) }
}

function read(fileSystem: FileSystem, path: string, logger: Logger): OffsetsByPartition {
  try {
    return readOffsetCheckpoint(fileSystem, path)
  } catch (error) {
    if (!(error instanceof MalformedCheckpointError)) throw error
    logger.warn(`${path} is malformed: not used`)
    return new Map()
  }
}
