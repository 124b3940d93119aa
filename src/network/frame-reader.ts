// Cuts what a connection receives into frames: a 4-byte size, then that many bytes. Frames are handed out as positions
// in the buffer they were received in; nothing is copied unless a frame arrives in pieces.
import type { ReceiveBuffers } from './receive-buffers.ts'

const SIZE_BYTES = 4
/** From this many missing bytes on, the rest of a frame is read straight into the frame's own buffer. */
const DIRECT_READ_BYTES = 64 * 1024
/** A frame's buffer grows with what really arrived: a large announced size alone reserves no more than this. */
const FIRST_RESERVE_BYTES = 1024 * 1024

/** The client cannot be understood any more; Apache Kafka closes the connection. */
export class InvalidFrameError extends Error {}

/** Whoever speaks another protocol here is told apart by the first bytes, where Kafka has the size. */
function strangerOf(size: number): string | undefined {
  if (size >>> 8 === 0x160301 || size >>> 8 === 0x160303) {
    return 'it began a TLS handshake, and this listener is PLAINTEXT: set security.protocol=PLAINTEXT (or ssl off) in the client'
  }
  const text = String.fromCharCode(size >>> 24, (size >>> 16) & 0xff, (size >>> 8) & 0xff, size & 0xff)
  if (/^(GET |POST|PUT |HEAD|OPTI|DELE|PRI )/.test(text)) return 'it speaks HTTP, and this port speaks Kafka'
  return undefined
}

export class FrameReader {
  /** After next(): the frame is buffer[frameStart, frameEnd). Valid until the next call of received() or settle(). */
  frameStart = 0
  frameEnd = 0
  buffer: Buffer
  private readonly buffers: ReceiveBuffers
  private readonly maxFrameBytes: number
  private start = 0
  private end = 0
  private isOwn = false
  /** The part of the own buffer that the socket reads into at this moment. */
  private direct: Buffer | null = null

  constructor(buffers: ReceiveBuffers, maxFrameBytes: number) {
    this.buffers = buffers
    this.buffer = buffers.shared
    this.maxFrameBytes = maxFrameBytes
  }

  /** Bytes received and not yet handed out. */
  get pendingBytes(): number {
    return this.end - this.start
  }

  /**
   * Where the next read shall go. `mayReadDirectly` promises that until that read next() and settle() are not called:
   * only then may the socket write into the frame's own buffer.
   */
  target(mayReadDirectly: boolean): Buffer {
    this.direct = null
    if (mayReadDirectly && this.isOwn && this.pendingBytes >= SIZE_BYTES) {
      const missing = this.nextFrameBytes() - this.pendingBytes
      if (missing >= DIRECT_READ_BYTES) {
        const count = Math.min(missing, Math.max(FIRST_RESERVE_BYTES, this.pendingBytes))
        this.makeRoom(count)
        this.direct = this.buffer.subarray(this.end, this.end + count)
      }
    }
    return this.direct ?? this.buffers.shared
  }

  /** `count` bytes arrived at the beginning of `source`, which is what target() gave or any other buffer. */
  received(source: Buffer, count: number): void {
    if (source === this.direct) {
      this.end += count
    } else if (this.isOwn) {
      this.makeRoom(count)
      source.copy(this.buffer, this.end, 0, count)
      this.end += count
    } else {
      this.buffer = source
      this.start = 0
      this.end = count
    }
    this.direct = null
  }

  /** Moves on to the next complete frame; false when there is none. */
  next(): boolean {
    if (this.pendingBytes < SIZE_BYTES) return false
    const frameBytes = this.nextFrameBytes()
    if (this.pendingBytes < frameBytes) return false
    this.frameStart = this.start + SIZE_BYTES
    this.frameEnd = this.start + frameBytes
    this.start = this.frameEnd
    return true
  }

  /** The current frame as a buffer that nobody overwrites. */
  keepFrame(): Buffer {
    const isWholeOwnBuffer = this.isOwn && this.start === this.end && this.frameEnd - this.frameStart > this.end / 2
    if (!isWholeOwnBuffer) return Buffer.from(this.buffer.subarray(this.frameStart, this.frameEnd))
    const frame = this.buffer.subarray(this.frameStart, this.frameEnd)
    this.reset()
    return frame
  }

  /** Ends a round of next(): what is left over moves out of the shared buffer, which the next read overwrites. */
  settle(): void {
    if (this.start === this.end) {
      if (this.isOwn) this.buffers.giveBack(this.buffer)
      this.reset()
    } else if (!this.isOwn) {
      const left = this.pendingBytes
      const own = this.buffers.take(Math.max(left, this.reserveFor(left)))
      this.buffer.copy(own, 0, this.start, this.end)
      this.adopt(own, left)
    }
  }

  /** The connection is gone. Its buffer is left to the garbage collector: the socket may still know it. */
  drop(): void {
    this.direct = null
    this.reset()
  }

  private nextFrameBytes(): number {
    const size = this.buffer.readInt32BE(this.start)
    if (size < 0 || size > this.maxFrameBytes) this.refuse(size)
    return SIZE_BYTES + size
  }

  private refuse(size: number): never {
    if (size < 0) throw new InvalidFrameError(`the frame announces a negative size (${size})`)
    const stranger = strangerOf(size)
    if (stranger !== undefined) throw new InvalidFrameError(stranger)
    throw new InvalidFrameError(
      `the frame announces ${size} bytes, more than socket.request.max.bytes=${this.maxFrameBytes}`
    )
  }

  /** What is left over may begin with a size that is refused only when its turn comes. */
  private reserveFor(pending: number): number {
    if (pending < SIZE_BYTES) return SIZE_BYTES
    const size = this.buffer.readInt32BE(this.start)
    if (size < 0 || size > this.maxFrameBytes) return pending
    return Math.min(SIZE_BYTES + size, Math.max(FIRST_RESERVE_BYTES, 2 * pending))
  }

  private makeRoom(count: number): void {
    if (this.buffer.length - this.end >= count) return
    const pending = this.pendingBytes
    if (pending + count <= this.buffer.length) {
      this.buffer.copy(this.buffer, 0, this.start, this.end)
      this.start = 0
      this.end = pending
      return
    }
    const larger = this.buffers.take(pending + count)
    this.buffer.copy(larger, 0, this.start, this.end)
    this.buffers.giveBack(this.buffer)
    this.adopt(larger, pending)
  }

  private adopt(own: Buffer, filled: number): void {
    this.buffer = own
    this.start = 0
    this.end = filled
    this.isOwn = true
  }

  private reset(): void {
    this.buffer = this.buffers.shared
    this.start = 0
    this.end = 0
    this.isOwn = false
  }
}
