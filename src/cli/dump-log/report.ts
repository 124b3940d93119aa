// Where the findings of a dump go: lines for people or JSON lines for programs. Problems are counted; one makes the
// command fail.
import { type Output, stdout } from '../output.ts'

export type Fields = Record<string, unknown>

export class Report {
  problems = 0
  readonly #json: boolean
  readonly #output: Output

  constructor(json: boolean, output: Output = stdout) {
    this.#json = json
    this.#output = output
  }

  /** A new file begins. */
  async file(path: string, kind: string): Promise<void> {
    await this.#output.write(this.#json ? `${JSON.stringify({ file: path, kind })}\n` : `# ${path} (${kind})\n`)
  }

  async entry(kind: string, fields: Fields, indent = ''): Promise<void> {
    if (this.#json) await this.#output.write(`${JSON.stringify({ ...(kind === '' ? {} : { [kind]: fields }) })}\n`)
    else await this.#output.write(`${indent}${formatFields(fields)}\n`)
  }

  async problem(text: string): Promise<void> {
    this.problems++
    await this.#output.write(this.#json ? `${JSON.stringify({ problem: text })}\n` : `! ${text}\n`)
  }

  async note(text: string): Promise<void> {
    await this.#output.write(this.#json ? `${JSON.stringify({ note: text })}\n` : `  ${text}\n`)
  }
}

function formatFields(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
