// What java/GoldenMessages.java prints, and our side of the comparison.
import { Reader } from '../../src/bytes/reader.ts'
import { Writer } from '../../src/bytes/writer.ts'
import type { Subject } from './subjects.ts'

/** One value as Apache Kafka's class writes it: without and with unknown tagged fields. */
export interface WitnessLine {
  readonly name: string
  readonly version: number
  readonly isDefault: boolean
  readonly plain: Buffer
  readonly tagged: Buffer
}

export function witnessLines(text: string): WitnessLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name, version, kind, plain, tagged = plain] = line.split(' ')
      return {
        name,
        version: Number(version),
        isDefault: kind === 'default',
        plain: bytes(plain),
        tagged: bytes(tagged)
      }
    })
}

const bytes = (hex: string) => Buffer.from(hex === '-' ? '' : hex, 'hex')

export function encodeSubject(subject: Subject, version: number, value: unknown): Buffer {
  const writer = new Writer()
  subject.codec(version).encode(writer, value)
  return writer.toBuffer()
}

/** Decodes all of `input`, and encodes what came out. */
export function reencode(subject: Subject, version: number, input: Buffer): Buffer {
  const reader = new Reader(input)
  const value = subject.codec(version).decode(reader)
  if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes left`)
  return encodeSubject(subject, version, value)
}

/** What is wrong with our reading of a line, or undefined. */
export function complaint(subject: Subject, { version, isDefault, plain, tagged }: WitnessLine): string | undefined {
  for (const input of [plain, tagged]) {
    const ours = reencode(subject, version, input)
    if (!ours.equals(plain))
      return `read ${input.toString('hex')}\nwrote ${ours.toString('hex')}\nnot ${plain.toString('hex')}`
  }
  if (!isDefault) return undefined
  const empty = encodeSubject(subject, version, {})
  return empty.equals(plain)
    ? undefined
    : `default is ${empty.toString('hex')}, Apache Kafka's ${plain.toString('hex')}`
}
