// Round trips, one at a time: a produce answered; a produce seen by a fetch that was already waiting.
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { FETCH_VERSION, fetchFrame, PRODUCE_VERSION, produceFrame, recordBatch } from '../frames.ts'
import { decodeResponse, LoadConnection } from '../load-connection.ts'
import { newTopic, type Target } from '../target.ts'
import { checkProduced } from './produce.ts'

/** Microseconds of each of `count` produces of one record. */
export async function produceRoundTrips(target: Target, count: number, recordBytes = 100): Promise<Float64Array> {
  const topic = await newTopic(target, 1)
  const frame = produceFrame(topic, 0, recordBatch(recordBytes, recordBytes))
  const connection = await LoadConnection.open(target.port)
  const micros = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    const startMs = performance.now()
    await new Promise<void>((resolve) =>
      connection.send(frame, (response) => {
        micros[index] = (performance.now() - startMs) * 1000
        checkProduced(response)
        resolve()
      })
    )
  }
  connection.close()
  return micros
}

/** Microseconds of produces of one record for a while, a millisecond apart: what an application beside a bulk load sees. */
export async function pacedRoundTrips(target: Target, durationMs: number, recordBytes = 100): Promise<Float64Array> {
  const topic = await newTopic(target, 1)
  const frame = produceFrame(topic, 0, recordBatch(recordBytes, recordBytes))
  const connection = await LoadConnection.open(target.port)
  const micros: number[] = []
  const endMs = performance.now() + durationMs
  while (performance.now() < endMs) {
    const startMs = performance.now()
    await new Promise<void>((resolve) => connection.send(frame, () => resolve()))
    micros.push((performance.now() - startMs) * 1000)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  connection.close()
  return Float64Array.from(micros)
}

/** Microseconds from writing a produce to the answer of the fetch that waited for it. */
export async function produceToWaitingFetch(target: Target, count: number, recordBytes = 100): Promise<Float64Array> {
  const topic = await newTopic(target, 1)
  const produceRequest = produceFrame(topic, 0, recordBatch(recordBytes, recordBytes))
  const producer = await LoadConnection.open(target.port)
  const consumer = await LoadConnection.open(target.port)
  const micros = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    const fetchRequest = fetchFrame({
      topic,
      partition: 0,
      fetchOffset: index,
      maxWaitMs: 10_000,
      partitionMaxBytes: 1 << 20
    })
    let startMs = 0
    const seen = new Promise<void>((resolve, reject) =>
      consumer.send(fetchRequest, (response) => {
        micros[index] = (performance.now() - startMs) * 1000
        const { records } = decodeResponse(response, fetch, FETCH_VERSION).responses[0].partitions[0]
        if (records === null || records.length === 0) reject(new Error('the waiting fetch came back empty'))
        else resolve()
      })
    )
    // The fetch must be parked before the produce starts; half a millisecond is ten times what that takes.
    await new Promise((resolve) => setTimeout(resolve, 1))
    startMs = performance.now()
    const acknowledged = producer.request(produceRequest, produce, PRODUCE_VERSION)
    await seen
    await acknowledged
  }
  producer.close()
  consumer.close()
  return micros
}
