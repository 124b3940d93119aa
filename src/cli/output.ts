// Standard output of the verbs: tables for people, JSON for programs, and bytes as they are. A reader that goes away
// (`| head`) ends the command quietly.

export interface Output {
  /** Resolves when there is room for more. */
  write(data: string | Buffer): Promise<void>
}

const FLUSH_BYTES = 65_536

/** Gathers the small writes of one turn into one, and holds the writer back while the pipe is full. */
export class StreamOutput implements Output {
  readonly #stream: NodeJS.WritableStream
  #pending: Buffer[] = []
  #pendingBytes = 0
  #isScheduled = false
  #draining: Promise<void> | undefined

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
  }

  async write(data: string | Buffer): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    if (this.#pendingBytes >= FLUSH_BYTES) await this.flush()
    else if (!this.#isScheduled) {
      this.#isScheduled = true
      setImmediate(() => void this.flush())
    }
  }

  async flush(): Promise<void> {
    this.#isScheduled = false
    while (this.#draining !== undefined || this.#pendingBytes > 0) {
      if (this.#draining !== undefined) await this.#draining
      else this.#writePending()
    }
  }

  #writePending(): void {
    const chunk = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    if (this.#stream.write(chunk)) return
    this.#draining = new Promise((resolve) => {
      this.#stream.once('drain', () => {
        this.#draining = undefined
        resolve()
      })
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
