// Standard output of the verbs: tables for people, JSON for programs, and bytes as they are. A reader that goes away
// (`| head`) ends the command quietly.

export interface Output {
  /** Resolves when there is room for more. */
  write(data: string | Buffer): Promise<void>
}

/** Gathers small writes of one turn into one, and waits when the pipe is full. */
export class StreamOutput implements Output {
  readonly #stream: NodeJS.WritableStream
  #pending: Buffer[] = []
  #pendingBytes = 0
  #flushed: Promise<void> | undefined

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
  }

  async write(data: string | Buffer): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    if (this.#pendingBytes >= 65_536) await this.flush()
    else this.#flushed ??= Promise.resolve().then(() => this.flush())
  }

  flush(): Promise<void> {
    this.#flushed = undefined
    if (this.#pendingBytes === 0) return Promise.resolve()
    const chunk = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    return new Promise((resolve) => {
      if (this.#stream.write(chunk)) resolve()
      else this.#stream.once('drain', resolve)
    })
  }
}

export const stdout = new StreamOutput(process.stdout)

export const writeJson = (value: unknown, output: Output = stdout): Promise<void> =>
  output.write(`${JSON.stringify(value)}\n`)

/** Colours only for people: a terminal, and NO_COLOR not set (no-color.org). */
export function hasColors(stream: { isTTY?: boolean } = process.stdout, environment = process.env): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb'
}
