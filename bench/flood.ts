// node scripts/run-ts.mjs bench/flood.ts PORT TOPIC PARTITIONS MB_PER_SECOND: writes at that pace, until SIGTERM.
// A process of its own: the latencies measured beside it must not be those of a busy load generator.
import { produceFrame, recordBatch } from './frames.ts'
import { LoadConnection } from './load-connection.ts'
import { checkProduced } from './loads/produce.ts'

const [port, topic, partitions, megabytesPerSecond] = process.argv.slice(2)
const batch = recordBatch(1024, 1 << 18)
const frames = Array.from({ length: Number(partitions) }, (_, partition) => produceFrame(topic, partition, batch))
const connection = await LoadConnection.open(Number(port))
let stopping = false
process.once('SIGTERM', () => {
  stopping = true
})
process.stdout.write('flooding\n')
const startMs = performance.now()
let bytes = 0
for (let sent = 0; !stopping; sent += 4) {
  await connection.pump(4, 4, (index) => frames[(sent + index) % frames.length], checkProduced)
  bytes += 4 * batch.length
  const aheadMs = bytes / (Number(megabytesPerSecond) * 1000) - (performance.now() - startMs)
  if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs))
}
connection.close()
process.stdout.write(`${bytes}\n`)
