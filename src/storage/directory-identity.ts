// Whose log directory it is: `meta.properties`, read or, in an empty directory, written.

import type { FileSystem, Random } from '../ports.ts'
import { writeFileDurably } from './atomic-file.ts'
import { META_PROPERTIES } from './file-names.ts'
import { formatMetaProperties, parseMetaProperties, randomId } from './meta-properties.ts'

/** The directory cannot be used as it is; the message names the fix. */
export class LogDirectoryError extends Error {}

export interface DirectoryIdentity {
  clusterId: string
  directoryId: string
  nodeId: number
}

export interface IdentityOptions {
  path: string
  fileSystem: FileSystem
  random: Random
  nodeId: number
  clusterId?: string
  /** There are partitions in it: then it belongs to someone, and only meta.properties says to whom. */
  hasPartitions: boolean
}

export function identify(options: IdentityOptions): DirectoryIdentity {
  const { fileSystem, random, nodeId } = options
  const path = `${options.path}/${META_PROPERTIES}`
  const newId = () => randomId(random)
  if (!fileSystem.exists(path)) {
    if (options.hasPartitions) {
      throw new LogDirectoryError(`${options.path} holds partitions but no ${META_PROPERTIES}: restore that file`)
    }
    return write(fileSystem, path, { clusterId: options.clusterId ?? newId(), directoryId: newId(), nodeId })
  }
  const found = parseMetaProperties(fileSystem.readFile(path).toString())
  if (found === undefined) throw new LogDirectoryError(`${path} cannot be understood: restore it from a copy`)
  if (found.nodeId !== nodeId) {
    throw new LogDirectoryError(`${path} says node.id=${found.nodeId}, but this broker is ${nodeId}: set node.id`)
  }
  if (options.clusterId !== undefined && options.clusterId !== found.clusterId) {
    throw new LogDirectoryError(`${options.path} belongs to cluster ${found.clusterId}, not ${options.clusterId}`)
  }
  const identity = { clusterId: found.clusterId, directoryId: found.directoryId ?? newId(), nodeId }
  return found.directoryId === undefined ? write(fileSystem, path, identity) : identity
}

function write(fileSystem: FileSystem, path: string, identity: DirectoryIdentity): DirectoryIdentity {
  writeFileDurably(fileSystem, path, formatMetaProperties({ version: 1, ...identity }))
  return identity
}
