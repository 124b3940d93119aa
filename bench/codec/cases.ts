// The messages of the hot path, each decoded or encoded by the compiled codec and by a hand-written one.
import { Reader } from '../../src/bytes/reader.ts'
import { Writer } from '../../src/bytes/writer.ts'
import { requestCodec, responseCodec } from '../../src/protocol/compile.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import type { Codec } from '../../src/protocol/schema.ts'
import { decodeFetchV12, decodeProduceV11, encodeFetchResponseV12, encodeProduceV11 } from './hand-written.ts'

export interface CodecCase {
  readonly name: string
  compiled(): unknown
  handWritten(): unknown
}

const recordOf100Bytes = Buffer.alloc(170, 1)
const batchOf64Kilobytes = Buffer.alloc(65_536, 1)
const topics = ['orders', 'orders-by-customer', 'payments']

export function encoded<T, I>(codec: Codec<T, I>, value: I): Buffer {
  const writer = new Writer()
  codec.encode(writer, value)
  return writer.toBuffer()
}

function chunks(encode: (writer: Writer) => void): Buffer[] {
  const writer = new Writer()
  encode(writer)
  return writer.finish()
}

export function codecCases(): CodecCase[] {
  const produceCodec = requestCodec(produce, 11)
  const fetchCodec = requestCodec(fetch, 12)
  const fetchResponseCodec = responseCodec(fetch, 12)
  const produceBytes = encoded(produceCodec, {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topics[1], partitionData: [{ index: 3, records: recordOf100Bytes }] }]
  })
  const produceRequest = produceCodec.decode(new Reader(produceBytes))
  const fetchBytes = encoded(fetchCodec, {
    maxWaitMs: 500,
    minBytes: 1,
    topics: topics.map((topic) => ({
      topic,
      partitions: [0, 1].map((partition) => ({ partition, fetchOffset: 1_000_000, partitionMaxBytes: 1_048_576 }))
    }))
  })
  const responseBytes = encoded(fetchResponseCodec, {
    sessionId: 77,
    responses: topics.map((topic) => ({
      topic,
      partitions: [0, 1].map((partitionIndex) => ({ partitionIndex, records: batchOf64Kilobytes }))
    }))
  })
  const fetchResponse = fetchResponseCodec.decode(new Reader(responseBytes))
  return [
    {
      name: 'decode Produce v11, one record of 100 B',
      compiled: () => produceCodec.decode(new Reader(produceBytes)),
      handWritten: () => decodeProduceV11(new Reader(produceBytes))
    },
    {
      name: 'encode Produce v11, one record of 100 B',
      compiled: () => chunks((writer) => produceCodec.encode(writer, produceRequest)),
      handWritten: () => chunks((writer) => encodeProduceV11(writer, produceRequest))
    },
    {
      name: 'decode Fetch v12, 6 partitions',
      compiled: () => fetchCodec.decode(new Reader(fetchBytes)),
      handWritten: () => decodeFetchV12(new Reader(fetchBytes))
    },
    {
      name: 'encode Fetch response v12, 6 x 64 KB',
      compiled: () => chunks((writer) => fetchResponseCodec.encode(writer, fetchResponse)),
      handWritten: () => chunks((writer) => encodeFetchResponseV12(writer, fetchResponse))
    }
  ]
}
