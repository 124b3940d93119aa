// Small files that are replaced as a whole (checkpoints, properties): written beside themselves and renamed, so that a
// reader finds the old content or the new one, never half of it. Apache Kafka refuses to start on half of one.

import type { FileSystem } from '../ports.ts'
import { TEMPORARY_SUFFIX } from './file-names.ts'

/** Survives the death of the process, not yet a power cut: for files whose loss costs nothing or that are synced later. */
export function replaceFile(fileSystem: FileSystem, path: string, content: string | Buffer): void {
  const temporary = path + TEMPORARY_SUFFIX
  fileSystem.writeFile(temporary, content)
  fileSystem.rename(temporary, path)
}

/** Durable when it returns; blocks on the disk: for start and stop only. */
export function writeFileDurably(fileSystem: FileSystem, path: string, content: string | Buffer): void {
  const temporary = path + TEMPORARY_SUFFIX
  fileSystem.writeFile(temporary, content)
  const file = fileSystem.open(temporary, 'write')
  try {
    file.syncBlocking()
  } finally {
    file.close()
  }
  fileSystem.rename(temporary, path)
  fileSystem.syncDirectory(directoryOf(path))
}

/**
 * The content is on the disk before the name points to it; the rename itself may be lost in a power cut, which leaves the
 * older content. Off the event loop. The caller keeps two writes of one path apart; `isWanted` is asked before the rename.
 */
export async function replaceFileSynced(
  fileSystem: FileSystem,
  path: string,
  content: string | Buffer,
  isWanted: () => boolean = () => true
): Promise<void> {
  const temporary = path + TEMPORARY_SUFFIX
  fileSystem.writeFile(temporary, content)
  await syncFile(fileSystem, temporary)
  if (isWanted()) fileSystem.rename(temporary, path)
}

/** Off the event loop. A file that was removed meanwhile needs no sync. */
export async function syncFile(fileSystem: FileSystem, path: string): Promise<void> {
  if (!fileSystem.exists(path)) return
  const file = fileSystem.open(path, 'write')
  try {
    await file.sync()
  } finally {
    file.close()
  }
}

export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
