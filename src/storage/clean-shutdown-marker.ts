// `.kafka_cleanshutdown`: the last stop left everything as the next start may trust it. It promises nothing once something
// is written, so it goes before that.

import type { FileSystem, Logger } from '../ports.ts'
import { replaceFile } from './atomic-file.ts'
import { CLEAN_SHUTDOWN_FILE } from './file-names.ts'

export class CleanShutdownMarker {
  /** It was there when this was made; it is gone since. */
  readonly wasThere: boolean
  readonly #fileSystem: FileSystem
  readonly #path: string
  readonly #content: Buffer | undefined

  constructor(fileSystem: FileSystem, directory: string) {
    this.#fileSystem = fileSystem
    this.#path = `${directory}/${CLEAN_SHUTDOWN_FILE}`
    this.wasThere = fileSystem.exists(this.#path)
    if (!this.wasThere) return
    this.#content = fileSystem.readFile(this.#path)
    fileSystem.removeFile(this.#path)
    fileSystem.syncDirectory(directory)
  }

  /** Not synced: what it promises is on the disk, and losing it costs reading the ends of the logs. */
  write(brokerEpoch: number): void {
    replaceFile(this.#fileSystem, this.#path, JSON.stringify({ version: 0, brokerEpoch }))
  }

  /** As it was found: a start that opened no log changed nothing. */
  putBack(logger: Logger): void {
    if (this.#content === undefined) return
    try {
      replaceFile(this.#fileSystem, this.#path, this.#content)
    } catch (error) {
      logger.warn(`${this.#path} could not be put back`, { reason: (error as Error).message })
    }
  }
}
