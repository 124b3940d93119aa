// CPU time and memory of another process, as the kernel counts them (Linux).
import { readFileSync } from 'node:fs'

export interface Usage {
  /** User and system time of all threads, seconds; the kernel counts hundredths. */
  readonly cpuSeconds: number
  readonly rssBytes: number
}

const CLOCK_TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096

/** Fields of /proc/PID/stat after the command, which may itself hold spaces and parentheses. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND,
    rssBytes: Number(fields[21]) * PAGE_BYTES
  }
}
