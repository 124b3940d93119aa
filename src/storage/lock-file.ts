// One broker for one log directory. Node has no fcntl locks, so `.lock` holds who took it: `<pid> <start time>`; the
// start time (clock ticks since boot, from /proc where there is one) tells a living holder from another process that got
// its number. What a killed process left behind is taken over. An Apache Kafka holds an fcntl lock on the same file, which
// /proc/locks shows. (The other way round Apache Kafka cannot see ours.)

import fs from 'node:fs'
import { DirectoryInUseError, type FileLock } from '../ports.ts'

const heldHere = new Set<string>()

export function lockFile(path: string): FileLock {
  const directory = path.slice(0, path.lastIndexOf('/')) || '.'
  const key = `${fs.realpathSync(directory)}/${path.slice(path.lastIndexOf('/') + 1)}`
  if (heldHere.has(key)) throw new DirectoryInUseError(directory, process.pid)
  const mine = `${process.pid} ${processStat(process.pid)?.startTime ?? 0}\n`
  while (!createExclusively(path, mine)) {
    const found = readIfThere(path)
    if (found === undefined) continue
    const holder = livingHolder(found) ?? fcntlHolder(path)
    if (holder !== undefined) throw new DirectoryInUseError(directory, holder)
    removeStale(path, found, directory)
  }
  heldHere.add(key)
  return {
    release() {
      if (!heldHere.delete(key)) return
      if (readIfThere(path) === mine) fs.unlinkSync(path)
    }
  }
}

function createExclusively(path: string, content: string): boolean {
  // Complete before it has its name, so that nobody reads a lock without a pid and takes it for stale.
  const prepared = `${path}.${process.pid}.${process.hrtime.bigint()}`
  fs.writeFileSync(prepared, content)
  try {
    fs.linkSync(prepared, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error) ?? '')) throw error
    return createWithoutLinks(path, content) // a file system that has no hard links
  } finally {
    fs.unlinkSync(prepared)
  }
}

function createWithoutLinks(path: string, content: string): boolean {
  try {
    fs.writeFileSync(path, content, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Moved aside first: if another process replaced it since it was read, that one's lock is put back. */
function removeStale(path: string, expected: string, directory: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    fs.renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const moved = fs.readFileSync(aside, 'utf8')
  if (moved !== expected) {
    fs.renameSync(aside, path)
    throw new DirectoryInUseError(directory, livingHolder(moved))
  }
  fs.unlinkSync(aside)
}

function livingHolder(content: string): number | undefined {
  const [pid, started] = content.trim().split(' ').map(Number)
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isAlive(pid)) return undefined
  const actual = processStat(pid)
  if (actual === undefined) return pid
  return actual.hasEnded || (started > 0 && actual.startTime !== started) ? undefined : pid
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

interface ProcessStat {
  readonly startTime: number
  /** A zombie: dead, its files closed, but its parent did not ask for its exit code yet. */
  readonly hasEnded: boolean
}

/** Fields 3 (state), 20 (threads) and 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. */
function processStat(pid: number): ProcessStat | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // While other threads live, one may still be writing.
  return { startTime: Number(fields[19]), hasEnded: fields[0] === 'Z' && Number(fields[17]) <= 1 }
}

/** `1: POSIX  ADVISORY  WRITE 4711 08:01:131104 0 EOF`: the process that holds a lock on this file. */
function fcntlHolder(path: string): number | undefined {
  const table = readIfThere('/proc/locks')
  const stat = fs.statSync(path, { throwIfNoEntry: false })
  if (table === undefined || stat === undefined) return undefined
  for (const line of table.split('\n')) {
    const fields = line.split(/\s+/)
    const [major, minor, inode] = (fields[5] ?? '').split(':')
    if (fields[1] !== 'POSIX' || Number(inode) !== stat.ino) continue
    const pid = Number(fields[4])
    const device = (Number.parseInt(major, 16) << 8) | Number.parseInt(minor, 16)
    if (device === deviceNumber(stat.dev) || hasOpen(pid, path)) return pid
  }
  return undefined
}

/** Major and minor as they stand in st_dev on Linux, in the small form of /proc/locks. */
function deviceNumber(dev: number): number {
  return ((dev >> 8) & 0xfff) * 256 + (dev & 0xff)
}

/** File systems over others (overlay, btrfs) show another device in /proc/locks than stat does. */
function hasOpen(pid: number, path: string): boolean {
  const real = fs.realpathSync(path)
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => linkTarget(`/proc/${pid}/fd/${fd}`) === real)
  } catch {
    return true // another user's process: better refuse than share a directory
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return fs.readlinkSync(path)
  } catch {
    return undefined
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
