// Escapes in options that a shell makes hard to type: \n \r \t \0 \\ \xHH \uHHHH.
import { UsageError } from '../client/errors.ts'

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }

export function resolveEscapes(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.|$)/gs, (whole, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    const character = SIMPLE[code]
    if (character !== undefined) return character
    throw new UsageError(`unknown escape '${whole}' in '${text}': know \\n \\r \\t \\0 \\\\ \\xHH \\uHHHH`)
  })
}
