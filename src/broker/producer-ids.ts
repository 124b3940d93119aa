// Producer ids for idempotent producers. The metadata log hands them out in blocks of 1000, so that a restart never
// gives an id twice; what is left of a block when the broker stops is lost, as in Apache Kafka.
import type { MetadataController } from '../metadata/controller.ts'

export class ProducerIds {
  readonly #metadata: Pick<MetadataController, 'allocateProducerIds'>
  #next = 0
  #end = 0

  constructor(metadata: Pick<MetadataController, 'allocateProducerIds'>) {
    this.#metadata = metadata
  }

  next(): number {
    if (this.#next === this.#end) {
      const block = this.#metadata.allocateProducerIds()
      this.#next = block.firstProducerId
      this.#end = block.firstProducerId + block.count
    }
    return this.#next++
  }
}
