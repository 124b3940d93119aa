// One record as a reader sees it. Key, value and header values are views of the batch's bytes (or of its decompressed
// records): copy what outlives the buffer.

export interface RecordHeader {
  key: string
  value: Buffer | null
}

export interface RecordView {
  offset: number
  timestampMs: number
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
}
