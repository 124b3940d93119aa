// Prints records and counts them; knows when enough were printed.
import type { FetchedRecords } from '../../client/fetcher.ts'
import { type Output, stdout } from '../output.ts'
import { recordToJson } from '../record-json.ts'
import { compileFormat } from './format.ts'

export interface PrinterOptions {
  readonly json?: boolean
  readonly format?: string
  readonly limit?: number
}

export class Printer {
  readonly #text: (topic: string, partition: number, record: FetchedRecords['records'][number]) => string | Buffer
  readonly #output: Output
  #left: number
  printed = 0

  constructor({ json, format, limit }: PrinterOptions, output: Output = stdout) {
    this.#left = limit ?? Number.POSITIVE_INFINITY
    this.#output = output
    if (json) this.#text = (topic, partition, record) => `${JSON.stringify(recordToJson(topic, partition, record))}\n`
    else {
      const compiled = compileFormat(format ?? '%v\\n')
      this.#text = (topic, partition, record) => compiled({ topic, partition, record })
    }
  }

  get isDone(): boolean {
    return this.#left <= 0
  }

  /** The offset behind the last printed record, or where the fetch goes on when all were printed. */
  async print(fetched: FetchedRecords, untilOffset = Number.POSITIVE_INFINITY): Promise<number> {
    for (const record of fetched.records) {
      if (this.isDone || record.offset >= untilOffset) return record.offset
      await this.#output.write(this.#text(fetched.topic, fetched.partition, record))
      this.#left--
      this.printed++
    }
    return fetched.nextOffset
  }
}
