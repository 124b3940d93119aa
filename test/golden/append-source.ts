// Random appends: mostly what producers and coordinators send, some of it wrong in one way or another.
import { BATCH_HEADER_BYTES, updateCrc } from '../../src/records/batch-header.ts'
import { type BatchInit, buildBatch, type RecordInit } from '../../src/records/build-batch.ts'
import { buildEndTransactionMarker } from '../../src/records/control-record.ts'
import type { RandomSource } from './random-source.ts'

const LZ4 = 3

export interface Append {
  what: string
  nowMs: number
  epoch: number
  /** coordinator, or the version of the produce request. */
  origin: string
  transactionVersion: number
  records: Buffer
}

interface Producer {
  producerId: number
  epoch: number
  sequence: number
  isTransactional: boolean
}

export class AppendSource {
  readonly #random: RandomSource
  #nowMs = 1_700_000_000_000
  #epoch = 0
  readonly #producers: Producer[] = [1, 2, 3, 4].map((producerId) => ({
    producerId,
    epoch: 0,
    sequence: 0,
    isTransactional: producerId > 2
  }))
  #last: Buffer | undefined
  readonly #isTame: boolean

  /** `isTame`: every timestamp is a near one, and what is broken is so in a way that is refused. */
  constructor(random: RandomSource, { isTame } = { isTame: false }) {
    this.#random = random
    this.#isTame = isTame
  }

  next(): Append {
    const random = this.#random
    this.#nowMs += random.below(200)
    if (random.oneIn(40)) this.#epoch += 1 + random.below(3)
    const origin = random.oneIn(10) ? String(3 + random.below(4)) : '9'
    const append = { nowMs: this.#nowMs, epoch: this.#epoch, origin, transactionVersion: random.below(3) }
    const kind = random.below(20)
    if (kind < 3) return { ...append, ...this.#marker() }
    if (kind < 5 && this.#last !== undefined) return { ...append, what: 'repeated', records: this.#last }
    const { what, init } = this.#batch()
    const records = buildBatch(init)
    if (kind < 9) return { ...append, ...this.#broken(records) }
    this.#last = records
    return { ...append, what, records }
  }

  #batch(): { what: string; init: BatchInit } {
    const random = this.#random
    const codec = random.oneIn(3) ? random.below(5) : 0
    const init: BatchInit = { records: this.#records(), codec }
    if (random.oneIn(2)) return { what: `plain, codec ${codec}`, init }
    const producer = this.#producers[random.below(this.#producers.length)]
    if (random.oneIn(15)) Object.assign(producer, { epoch: producer.epoch + 1, sequence: 0 })
    const { producerId, epoch: producerEpoch, isTransactional } = producer
    const baseSequence = producer.sequence + (random.oneIn(12) ? 1 : 0)
    const transactional = random.oneIn(12) ? !isTransactional : isTransactional
    if (baseSequence === producer.sequence) producer.sequence += init.records.length
    const what = `of producer ${producerId}, epoch ${producerEpoch}, sequence ${baseSequence}`
    return { what, init: { ...init, producerId, producerEpoch, baseSequence, transactional } }
  }

  #records(): RecordInit[] {
    const random = this.#random
    const noKeys = random.oneIn(10)
    return Array.from({ length: 1 + random.below(6) }, () => ({
      key: noKeys || random.oneIn(20) ? null : random.bytes(random.below(8)),
      value: random.oneIn(8) ? null : Buffer.alloc(random.below(600), random.below(256)),
      timestampMs: this.#timestamp(),
      headers: Array.from({ length: random.oneIn(4) ? random.below(4) : 0 }, () => ({
        key: 'h'.repeat(random.below(3)),
        value: random.oneIn(3) ? null : random.bytes(random.below(5))
      }))
    }))
  }

  #timestamp(): number {
    const random = this.#random
    if (random.oneIn(15)) return this.#isTame ? this.#nowMs : -1
    if (random.oneIn(40)) return this.#nowMs + 4_000_000
    return this.#nowMs + random.below(2400) - 1200
  }

  #marker(): Pick<Append, 'what' | 'origin' | 'records'> {
    const random = this.#random
    const producer = this.#producers[2 + random.below(2)]
    const type = random.oneIn(2) ? 'ABORT' : 'COMMIT'
    if (random.oneIn(2)) Object.assign(producer, { epoch: producer.epoch + 1, sequence: 0 })
    const records = buildEndTransactionMarker({
      type,
      producerId: producer.producerId,
      producerEpoch: Math.max(0, producer.epoch - (random.oneIn(10) ? 1 : 0)),
      coordinatorEpoch: 5 - (random.oneIn(10) ? 1 : 0),
      timestampMs: this.#nowMs
    })
    const origin = random.oneIn(12) ? '9' : 'coordinator'
    return { what: `${type} of producer ${producer.producerId}, epoch ${producer.epoch}`, origin, records }
  }

  /** Something in the bytes is changed, mostly with a checksum that fits. */
  #broken(good: Buffer): Pick<Append, 'what' | 'records'> {
    const random = this.#random
    const records = Buffer.from(good)
    switch (random.below(this.#isTame ? 4 : 8)) {
      case 0:
        return { what: 'cut', records: records.subarray(0, random.below(records.length)) }
      case 1:
        return { what: 'followed by junk', records: Buffer.concat([records, random.bytes(random.below(30))]) }
      case 2:
        return { what: 'twice in a request', records: Buffer.concat([records, records]) }
      case 3: {
        const at = random.below(records.length)
        records[at] ^= 1 << random.below(8)
        return { what: `bit of byte ${at} flipped`, records }
      }
      case 4: {
        // Not the highest byte of the base timestamp: Java's arithmetic overflows there.
        const at = random.oneIn(2) ? 28 + random.below(BATCH_HEADER_BYTES - 28) : 21 + random.below(6)
        records[at] ^= 1 << random.below(8)
        updateCrc(records, 0)
        return { what: `bit of header byte ${at} flipped, checksum right`, records }
      }
      default: {
        // Behind the header of gzip, whose flags zlib and Java read differently.
        const from = BATCH_HEADER_BYTES + ((records[22] & 7) === 1 ? 10 : 0)
        const at = from + random.below(records.length - from)
        records[at] = random.oneIn(2) ? random.below(256) : records[at] ^ (1 << random.below(8))
        // A damaged LZ4 block can still be read by one decoder and not by another: its checksum stays wrong.
        if ((records[22] & 7) === LZ4)
          return { what: `codec ${LZ4}, record byte ${at - BATCH_HEADER_BYTES} changed`, records }
        updateCrc(records, 0)
        return {
          what: `codec ${records[22] & 7}, record byte ${at - BATCH_HEADER_BYTES} changed, checksum right`,
          records
        }
      }
    }
  }
}
