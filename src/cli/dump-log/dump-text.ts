// The small text files: checkpoints (version line, count line, then as many lines of `fields`), properties, JSON.
import { readFileSync } from 'node:fs'
import type { Report } from './report.ts'

export async function dumpCheckpoint(path: string, fields: readonly string[], report: Report): Promise<void> {
  const text = readFileSync(path, 'utf8')
  // Kafka creates them empty.
  if (text === '') return
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const [version, count, ...entries] = lines
  if (version !== '0') await report.problem(`version '${version}' is unknown`)
  if (Number(count) !== entries.length) await report.problem(`it promises ${count} entries and has ${entries.length}`)
  for (const line of entries) {
    const values = line.split(' ')
    if (values.length !== fields.length) {
      await report.problem(`'${line}' is not an entry of ${fields.join(', ')}`)
      continue
    }
    const entry = fields.map((name, index) => [name, name === 'topic' ? values[index] : Number(values[index])] as const)
    if (entry.some(([, value]) => Number.isNaN(value))) await report.problem(`'${line}' holds no number`)
    await report.entry('entry', Object.fromEntries(entry))
  }
}

/** `key=value` lines, or `key: value` lines as in partition.metadata. */
export async function dumpProperties(path: string, report: Report): Promise<void> {
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match = /^([^#=:\s]+)\s*[=:]\s*(.*)$/.exec(line.trim())
    if (match !== null) await report.entry('property', { [match[1]]: match[2] })
    else if (line.trim() !== '' && !line.startsWith('#')) await report.problem(`'${line}' is no property`)
  }
}

export async function dumpJson(path: string, report: Report): Promise<void> {
  const text = readFileSync(path, 'utf8')
  try {
    await report.entry('content', JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    await report.problem(`it is not JSON: ${error.message}`)
  }
}
