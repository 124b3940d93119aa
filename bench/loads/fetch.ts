// Reads every partition of a topic from offset 0, one request at a time, from the page cache.

import { errorName } from '../../src/error-codes.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { baseOffset, batchSizeBytes, lastOffset } from '../../src/records/batch-header.ts'
import { FETCH_VERSION, fetchFrame } from '../frames.ts'
import { decodeResponse, LoadConnection } from '../load-connection.ts'
import { type Measured, measured } from '../measure.ts'
import type { Target } from '../target.ts'

export interface FetchLoad {
  readonly topic: string
  readonly partitions: number
  readonly partitionMaxBytes: number
}

export interface FetchResult extends Measured {
  readonly bytes: number
  readonly requests: number
}

/** The offset after the last whole batch, walked by headers alone; `from` when there is none. */
function nextOffset(records: Buffer, from: number): number {
  let next = from
  for (let at = 0; at + 61 <= records.length; ) {
    const size = batchSizeBytes(records, at)
    if (at + size > records.length) break
    if (baseOffset(records, at) > next) throw new Error(`a gap before offset ${baseOffset(records, at)}`)
    next = lastOffset(records, at) + 1
    at += size
  }
  return next
}

export async function runFetch(target: Target, load: FetchLoad): Promise<FetchResult> {
  const connection = await LoadConnection.open(target.port)
  let bytes = 0
  let requests = 0
  const readOnce = (partition: number, fetchOffset: number) =>
    new Promise<number>((resolve, reject) => {
      const { topic, partitionMaxBytes } = load
      connection.send(fetchFrame({ topic, partition, fetchOffset, maxWaitMs: 0, partitionMaxBytes }), (frame) => {
        const { errorCode, records } = decodeResponse(frame, fetch, FETCH_VERSION).responses[0].partitions[0]
        if (errorCode !== 0) return reject(new Error(`fetch: ${errorName(errorCode)}`))
        bytes += records?.length ?? 0
        requests++
        resolve(nextOffset(records ?? Buffer.alloc(0), fetchOffset))
      })
    })
  const cost = await measured(target, async () => {
    for (let partition = 0; partition < load.partitions; partition++) {
      let offset = 0
      for (let next = await readOnce(partition, 0); next > offset; next = await readOnce(partition, offset))
        offset = next
    }
  })
  connection.close()
  return { ...cost, bytes, requests }
}
