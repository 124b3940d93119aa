// Produce with prebuilt batches, acks=all, a window of requests on one connection.

import { errorName } from '../../src/error-codes.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { PRODUCE_VERSION, produceFrame, recordBatch } from '../frames.ts'
import { decodeResponse, LoadConnection } from '../load-connection.ts'
import { type Measured, measured } from '../measure.ts'
import { newTopic, type Target } from '../target.ts'
import { warmPages } from '../warm-pages.ts'

/** Pages for indexes and for what else is written meanwhile. */
const SPARE = 1.25

export interface ProduceLoad {
  readonly partitions: number
  readonly recordBytes: number
  readonly batchBytes: number
  readonly requests: number
  readonly inFlight: number
  /** An existing topic; a new one when left out. */
  readonly topic?: string
}

export interface ProduceResult extends Measured {
  readonly requests: number
  readonly bytes: number
  readonly topic: string
}

export function checkProduced(frame: Buffer): void {
  const { errorCode } = decodeResponse(frame, produce, PRODUCE_VERSION).responses[0].partitionResponses[0]
  if (errorCode !== 0) throw new Error(`produce: ${errorName(errorCode)}`)
}

export async function runProduce(target: Target, load: ProduceLoad): Promise<ProduceResult> {
  const topic = load.topic ?? (await newTopic(target, load.partitions))
  const batch = recordBatch(load.recordBytes, load.batchBytes)
  const frames = Array.from({ length: load.partitions }, (_, partition) => produceFrame(topic, partition, batch))
  warmPages(load.requests * batch.length * SPARE)
  const connection = await LoadConnection.open(target.port)
  const cost = await measured(target, () =>
    connection.pump(load.requests, load.inFlight, (index) => frames[index % frames.length], checkProduced)
  )
  connection.close()
  return { ...cost, requests: load.requests, bytes: load.requests * batch.length, topic }
}
