// Small files that nothing waits for: their content is synced off the event loop and only then gets its name, so that a
// reader finds the old content, the new one or no file, never half of one. Start-up would otherwise spend most of its
// time in fsync for files that the log itself could replace.
import type { FileSystem, Logger } from '../ports.ts'
import { TEMPORARY_SUFFIX } from '../storage/file-names.ts'

export class BackgroundFiles {
  readonly #fileSystem: FileSystem
  readonly #logger: Logger
  /** Written under their temporary names, not yet renamed. */
  readonly #pending = new Set<string>()

  constructor(fileSystem: FileSystem, logger: Logger) {
    this.#fileSystem = fileSystem
    this.#logger = logger
  }

  write(path: string, content: string | Buffer): void {
    this.#fileSystem.writeFile(path + TEMPORARY_SUFFIX, content)
    this.#pending.add(path)
    this.#finish(path).catch((error: unknown) => {
      this.#logger.warn('could not write a file of the metadata log', { path, error: String(error) })
    })
  }

  /** Nothing is touched in the background afterwards; what was on its way is in place. */
  close(): void {
    for (const path of this.#pending) {
      const file = this.#fileSystem.open(path + TEMPORARY_SUFFIX, 'write')
      try {
        file.syncBlocking()
      } finally {
        file.close()
      }
      this.#rename(path)
    }
  }

  async #finish(path: string): Promise<void> {
    const file = this.#fileSystem.open(path + TEMPORARY_SUFFIX, 'write')
    try {
      await file.sync()
    } finally {
      file.close()
    }
    if (this.#pending.has(path)) this.#rename(path)
  }

  #rename(path: string): void {
    this.#pending.delete(path)
    this.#fileSystem.rename(path + TEMPORARY_SUFFIX, path)
  }
}
