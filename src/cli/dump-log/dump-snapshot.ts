// `.snapshot`, the state of the producers of a partition: i16 version 1, u32 CRC-32C of all that follows it, i32 count,
// then 46 bytes a producer: i64 producerId, i16 epoch, i32 lastSequence, i64 lastOffset, i32 offsetDelta,
// i64 timestamp, i32 coordinatorEpoch, i64 currentTxnFirstOffset.
import { readFileSync } from 'node:fs'
import { crc32c } from '../../bytes/crc32c.ts'
import type { Report } from './report.ts'

const HEADER_BYTES = 10
const CRC_START = 6
const PRODUCER_BYTES = 46

export async function dumpProducerSnapshot(path: string, report: Report): Promise<void> {
  const bytes = readFileSync(path)
  if (bytes.length < HEADER_BYTES) {
    await report.problem(`its ${bytes.length} bytes are less than a header`)
    return
  }
  const version = bytes.readInt16BE(0)
  const crc = bytes.readUInt32BE(2)
  const count = bytes.readInt32BE(6)
  const isValid = crc32c(bytes, CRC_START) === crc
  await report.entry('snapshot', { version, count, crc, isValid })
  if (!isValid) await report.problem('its CRC is wrong')
  if (version !== 1) {
    await report.problem(`version ${version} is unknown`)
    return
  }
  if (bytes.length !== HEADER_BYTES + count * PRODUCER_BYTES) {
    await report.problem(`its ${bytes.length} bytes do not hold ${count} producers`)
  }
  for (let at = HEADER_BYTES; at + PRODUCER_BYTES <= bytes.length; at += PRODUCER_BYTES) {
    await report.entry('producer', producerAt(bytes, at))
  }
}

function producerAt(bytes: Buffer, at: number) {
  const int64 = (position: number): number => Number(bytes.readBigInt64BE(at + position))
  const lastSequence = bytes.readInt32BE(at + 10)
  const offsetDelta = bytes.readInt32BE(at + 22)
  return {
    producerId: int64(0),
    producerEpoch: bytes.readInt16BE(at + 8),
    lastSequence,
    lastOffset: int64(14),
    offsetDelta,
    lastTimestamp: int64(26),
    coordinatorEpoch: bytes.readInt32BE(at + 34),
    currentTransactionFirstOffset: int64(38)
  }
}
