// Plain-text tables: columns two spaces apart, numbers to the right, headings in upper case, no trailing spaces.
import { hasColors } from './output.ts'

export type Cell = string | number | null | undefined

export interface TableOptions {
  /** Bold headings (default: on a terminal with colours). */
  readonly colors?: boolean
}

const GAP = '  '

export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {}
) {
  const texts = rows.map((row) => headings.map((_, column) => cellText(row[column])))
  const isNumeric = headings.map((_, column) => rows.length > 0 && rows.every((row) => isNumberOrAbsent(row[column])))
  const widths = headings.map((heading, column) => Math.max(width(heading), ...texts.map((row) => width(row[column]))))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column], isNumeric[column]))
      .join(GAP)
      .trimEnd()
  const head = line(headings.map((heading) => heading.toUpperCase()))
  const bold = options.colors ?? hasColors()
  return [bold ? `\u001b[1m${head}\u001b[22m` : head, ...texts.map(line)].map((text) => `${text}\n`).join('')
}

/** `name  value` pairs under each other. */
export function formatPairs(pairs: readonly (readonly [string, Cell])[]): string {
  const longest = Math.max(...pairs.map(([name]) => width(name)))
  return pairs.map(([name, value]) => `${pad(name, longest, false)}${GAP}${cellText(value)}`.trimEnd() + '\n').join('')
}

const cellText = (cell: Cell): string => (cell === null || cell === undefined ? '-' : String(cell))
const isNumberOrAbsent = (cell: Cell): boolean => cell === null || cell === undefined || typeof cell === 'number'
// Code points, not UTF-16 units. Wide characters may still shift a column.
const width = (text: string): number => [...text].length

function pad(text: string, size: number, isRight: boolean): string {
  const fill = ' '.repeat(Math.max(0, size - width(text)))
  return isRight ? fill + text : text + fill
}
