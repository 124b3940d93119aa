// The codecs that a patient person would write for one version each: what the compiled ones are measured against.
import type { Reader } from '../../src/bytes/reader.ts'
import type { Writer } from '../../src/bytes/writer.ts'
import type { fetch } from '../../src/protocol/messages/fetch.ts'
import type { produce } from '../../src/protocol/messages/produce.ts'
import { type RequestOf, type ResponseOf, ZERO_UUID } from '../../src/protocol/schema.ts'

function skipTags(reader: Reader): void {
  for (let count = reader.unsignedVarint(); count > 0; count--) {
    reader.unsignedVarint()
    reader.skip(reader.unsignedVarint())
  }
}

export function decodeProduceV11(reader: Reader): RequestOf<typeof produce> {
  const transactionalIdLength = reader.compactLength()
  const transactionalId = transactionalIdLength < 0 ? null : reader.string(transactionalIdLength)
  const acks = reader.int16()
  const timeoutMs = reader.int32()
  const topicData = []
  for (let topics = reader.compactLength(); topics > 0; topics--) {
    const name = reader.string(reader.compactLength())
    const partitionData = []
    for (let partitions = reader.compactLength(); partitions > 0; partitions--) {
      const index = reader.int32()
      const length = reader.compactLength()
      const records = length < 0 ? null : reader.bytes(length)
      skipTags(reader)
      partitionData.push({ index, records })
    }
    skipTags(reader)
    topicData.push({ name, topicId: ZERO_UUID, partitionData })
  }
  skipTags(reader)
  return { transactionalId, acks, timeoutMs, topicData }
}

export function encodeProduceV11(writer: Writer, request: RequestOf<typeof produce>): void {
  if (request.transactionalId === null) writer.unsignedVarint(0)
  else writer.compactString(request.transactionalId)
  writer.int16(request.acks)
  writer.int32(request.timeoutMs)
  writer.unsignedVarint(request.topicData.length + 1)
  for (const { name, partitionData } of request.topicData) {
    writer.compactString(name)
    writer.unsignedVarint(partitionData.length + 1)
    for (const { index, records } of partitionData) {
      writer.int32(index)
      if (records === null) writer.unsignedVarint(0)
      else {
        writer.unsignedVarint(records.length + 1)
        writer.raw(records)
      }
      writer.int8(0)
    }
    writer.int8(0)
  }
  writer.int8(0)
}

/** Without the tagged fields of brokers that follow a leader. */
export function decodeFetchV12(reader: Reader): RequestOf<typeof fetch> {
  const replicaId = reader.int32()
  const maxWaitMs = reader.int32()
  const minBytes = reader.int32()
  const maxBytes = reader.int32()
  const isolationLevel = reader.int8()
  const sessionId = reader.int32()
  const sessionEpoch = reader.int32()
  const topics = []
  for (let count = reader.compactLength(); count > 0; count--) topics.push(decodeFetchTopic(reader))
  const forgottenTopicsData = []
  for (let count = reader.compactLength(); count > 0; count--) {
    const topic = reader.string(reader.compactLength())
    const partitions: number[] = []
    for (let left = reader.compactLength(); left > 0; left--) partitions.push(reader.int32())
    skipTags(reader)
    forgottenTopicsData.push({ topic, topicId: ZERO_UUID, partitions })
  }
  const rackId = reader.string(reader.compactLength())
  skipTags(reader)
  return {
    clusterId: null,
    replicaId,
    replicaState: { replicaId: -1, replicaEpoch: -1 },
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    sessionId,
    sessionEpoch,
    topics,
    forgottenTopicsData,
    rackId
  }
}

function decodeFetchTopic(reader: Reader) {
  const topic = reader.string(reader.compactLength())
  const partitions = []
  for (let left = reader.compactLength(); left > 0; left--) {
    const partition = {
      partition: reader.int32(),
      currentLeaderEpoch: reader.int32(),
      fetchOffset: reader.int64Clamped(),
      lastFetchedEpoch: reader.int32(),
      logStartOffset: reader.int64(),
      partitionMaxBytes: reader.int32(),
      replicaDirectoryId: ZERO_UUID,
      highWatermark: Number.MAX_SAFE_INTEGER
    }
    skipTags(reader)
    partitions.push(partition)
  }
  skipTags(reader)
  return { topic, topicId: ZERO_UUID, partitions }
}

/** Without the tagged fields, which a single node never sends. */
export function encodeFetchResponseV12(writer: Writer, response: ResponseOf<typeof fetch>): void {
  writer.int32(response.throttleTimeMs)
  writer.int16(response.errorCode)
  writer.int32(response.sessionId)
  writer.unsignedVarint(response.responses.length + 1)
  for (const { topic, partitions } of response.responses) {
    writer.compactString(topic)
    writer.unsignedVarint(partitions.length + 1)
    for (const partition of partitions) {
      writer.int32(partition.partitionIndex)
      writer.int16(partition.errorCode)
      writer.int64(partition.highWatermark)
      writer.int64(partition.lastStableOffset)
      writer.int64(partition.logStartOffset)
      writer.unsignedVarint((partition.abortedTransactions?.length ?? -1) + 1)
      for (const { producerId, firstOffset } of partition.abortedTransactions ?? []) {
        writer.int64(producerId)
        writer.int64(firstOffset)
        writer.int8(0)
      }
      writer.int32(partition.preferredReadReplica)
      writer.unsignedVarint((partition.records?.length ?? -1) + 1)
      if (partition.records !== null) writer.raw(partition.records)
      writer.int8(0)
    }
    writer.int8(0)
  }
  writer.int8(0)
}
