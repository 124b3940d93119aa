// java.util.Properties text, as server.properties is written: `key=value`, `key:value` or `key value`, comments with # or
// !, lines continued with a backslash, escapes. Later lines win.

const WHITESPACE = /^[ \t\f]+/

/** Joins continued lines and drops comments and empty ones. A line that ends with an odd number of \ goes on. */
function logicalLines(text: string): string[] {
  const lines: string[] = []
  let pending: string | undefined
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.replace(WHITESPACE, '')
    if (pending === undefined && (content === '' || content[0] === '#' || content[0] === '!')) continue
    const whole: string = (pending ?? '') + content
    const trailing = /\\*$/.exec(whole)?.[0].length ?? 0
    if (trailing % 2 === 1) {
      pending = whole.slice(0, -1)
    } else {
      lines.push(whole)
      pending = undefined
    }
  }
  if (pending !== undefined) lines.push(pending)
  return lines
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

const withoutEscapes = (text: string): string =>
  text.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escaped: string) =>
    escaped.length === 5 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : (ESCAPES[escaped] ?? escaped)
  )

function splitLine(line: string): [key: string, value: string] {
  let end = 0
  while (end < line.length && !'=: \t\f'.includes(line[end])) end += line[end] === '\\' ? 2 : 1
  let rest = line.slice(end).replace(WHITESPACE, '')
  if (rest[0] === '=' || rest[0] === ':') rest = rest.slice(1).replace(WHITESPACE, '')
  return [withoutEscapes(line.slice(0, end)), withoutEscapes(rest)]
}

export function parseProperties(text: string): Map<string, string> {
  return new Map(logicalLines(text).map(splitLine))
}
