// Record batches of every magic and codec, both ways, against Apache Kafka's own reader and writer.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lz4Codec } from '../../src/bytes/compression/lz4.ts'
import { inJavaScript, snappyCodec } from '../../src/bytes/compression/snappy.ts'
import { COMPRESSION_NAMES } from '../../src/bytes/compression.ts'
import { BATCH_HEADER_BYTES, updateCrc } from '../../src/records/batch-header.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { runJava } from '../oracle/oracle.ts'
import { describeBatches, randomBatch } from './describe-batches.ts'
import { RandomSource } from './random-source.ts'

const PROGRAM = join(import.meta.dirname, 'java/GoldenBatches.java')
const seed = Number(process.env.GOLDEN_SEED ?? Date.now() % 1_000_000)
const count = 3 * Number(process.env.GOLDEN_COUNT ?? 10)
console.log(`GOLDEN_SEED=${seed}`)

async function run(args: string[], input = ''): Promise<string[]> {
  const result = await runJava(PROGRAM, args, { input, timeoutMs: 300_000 })
  if (result.exitCode !== 0) throw new Error(result.stderr)
  return result.stdout.toString().trimEnd().split('\n')
}

async function expectReadByKafka(built: Buffer[]): Promise<void> {
  const answers = await run(['echo'], built.map((batch) => batch.toString('hex')).join('\n'))
  expect(answers.length).toBe(built.length)
  built.forEach((batch, index) => {
    expect(answers[index]).toBe(describeBatches(batch))
  })
}

test('batches of Apache Kafka, magic 0 to 2, are read as it reads them', async () => {
  const lines = await run(['generate', String(seed), String(count)])
  expect(lines.length).toBe((4 + 4 + 5) * count)
  for (const line of lines) {
    const [bytes, description] = line.split(' ')
    expect(describeBatches(Buffer.from(bytes, 'hex'))).toBe(description)
  }
})

test('our batches are read by Apache Kafka', async () => {
  const random = new RandomSource(seed)
  const codecIds = COMPRESSION_NAMES.map((_, codecId) => codecId)
  await expectReadByKafka(
    codecIds.flatMap((codecId) => Array.from({ length: count }, () => buildBatch(randomBatch(random, codecId))))
  )
})

test('and so are those of the fallbacks that need no native library', async () => {
  const random = new RandomSource(seed + 1)
  const codecs = [
    { codecId: 2, codec: snappyCodec(inJavaScript) },
    { codecId: 3, codec: lz4Codec(() => null) }
  ]
  await expectReadByKafka(
    codecs.flatMap(({ codecId, codec }) =>
      Array.from({ length: count }, () => {
        const plain = buildBatch(randomBatch(random, 0))
        const header = Buffer.from(plain.subarray(0, BATCH_HEADER_BYTES))
        const batch = Buffer.concat([header, codec.compress(plain.subarray(BATCH_HEADER_BYTES))])
        batch.writeInt32BE(batch.length - 12, 8)
        batch[22] |= codecId
        updateCrc(batch, 0)
        return batch
      })
    )
  )
})
