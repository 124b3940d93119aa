// The text form that all of Apache Kafka's checkpoints share: a line `0` (version), a line with the number of entries,
// then one entry a line, each line ended by \n. An empty file counts as no entries; anything else malformed is an error,
// because Apache Kafka stops on it and a guess would cost data.

export class MalformedCheckpointError extends Error {
  constructor(path: string, reason: string) {
    super(`${path} is malformed: ${reason}. Restore it, or delete it to have it rebuilt`)
    this.name = 'MalformedCheckpointError'
  }
}

export function formatCheckpoint(lines: readonly string[]): string {
  let text = `0\n${lines.length}\n`
  for (const line of lines) text += `${line}\n`
  return text
}

/** The entries' lines. */
export function parseCheckpoint(path: string, text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  if (lines[0] !== '0') throw new MalformedCheckpointError(path, `unknown version '${lines[0]}'`)
  const count = parseWholeNumber(lines[1] ?? '')
  if (count === undefined) throw new MalformedCheckpointError(path, `'${lines[1] ?? ''}' is not a number of entries`)
  const entries = lines.slice(2)
  if (entries.length !== count) {
    throw new MalformedCheckpointError(path, `${count} entries announced, ${entries.length} found`)
  }
  return entries
}

export function parseWholeNumber(text: string): number | undefined {
  if (!/^-?\d+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
