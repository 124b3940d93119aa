// Names in a file system in memory: directories of files and directories, found by path.

import type { MemoryFileNode } from './memory-file-node.ts'

export class MemoryDirectory {
  readonly entries = new Map<string, MemoryDirectory | MemoryFileNode>()
}

export type MemoryNode = MemoryDirectory | MemoryFileNode

export function systemError(code: string, path: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`${code}: ${path}`)
  error.code = code
  error.path = path
  return error
}

export function pathParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

export class MemoryTree {
  readonly root = new MemoryDirectory()

  find(path: string): MemoryNode | undefined {
    let node: MemoryNode | undefined = this.root
    for (const part of pathParts(path)) {
      if (!(node instanceof MemoryDirectory)) return undefined
      node = node.entries.get(part)
    }
    return node
  }

  /** The directory that holds, or would hold, the path's last part. */
  parentOf(path: string): { directory: MemoryDirectory; name: string } {
    const parts = pathParts(path)
    const name = parts.pop()
    const directory = this.find(parts.join('/'))
    if (name === undefined || !(directory instanceof MemoryDirectory)) throw systemError('ENOENT', path)
    return { directory, name }
  }

  put(path: string, node: MemoryNode): void {
    const { directory, name } = this.parentOf(path)
    directory.entries.set(name, node)
  }

  makeDirectory(path: string): void {
    let node = this.root
    for (const part of pathParts(path)) {
      const next = node.entries.get(part)
      if (next === undefined) {
        const made = new MemoryDirectory()
        node.entries.set(part, made)
        node = made
      } else if (next instanceof MemoryDirectory) node = next
      else throw systemError('ENOTDIR', path)
    }
  }

  rename(from: string, to: string): void {
    const node = this.find(from)
    if (node === undefined) throw systemError('ENOENT', from)
    if (from === to) return
    const target = this.find(to)
    if (target instanceof MemoryDirectory && target.entries.size > 0) throw systemError('ENOTEMPTY', to)
    this.put(to, node)
    this.remove(from)
  }

  remove(path: string): void {
    const { directory, name } = this.parentOf(path)
    if (!directory.entries.delete(name)) throw systemError('ENOENT', path)
  }

  /** The same names; the files themselves are shared. */
  clone(): MemoryTree {
    const copy = new MemoryTree()
    copyEntries(this.root, copy.root)
    return copy
  }
}

function copyEntries(from: MemoryDirectory, to: MemoryDirectory): void {
  for (const [name, node] of from.entries) {
    if (!(node instanceof MemoryDirectory)) to.entries.set(name, node)
    else {
      const directory = new MemoryDirectory()
      to.entries.set(name, directory)
      copyEntries(node, directory)
    }
  }
}
