// A command as a user at a terminal sees it: behind a pseudo-terminal, which Python's library can make everywhere.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

const PTY = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
const CTRL_C = '\x03'

export class Terminal {
  output = ''
  readonly exited: Promise<number | null>
  readonly #child: ChildProcessWithoutNullStreams
  #hasEnded = false

  constructor(command: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
    this.#child = spawn('python3', ['-c', PTY, ...command], options)
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString().replaceAll('\r\n', '\n')
    }
    this.#child.stdout.on('data', collect)
    this.#child.stderr.on('data', collect)
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.#hasEnded = true
        resolve(code)
      })
    })
  }

  /** Resolves when the output matches; rejects with it when the command ends before. */
  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (this.#hasEnded) throw new Error(`it ended before it showed ${pattern}:\n${this.output}`)
      await Promise.race([this.exited, new Promise((resolve) => this.#child.stdout.once('data', resolve))])
    }
  }

  pressCtrlC(): void {
    this.#child.stdin.write(CTRL_C)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
