// Every schema by the name of Apache Kafka's class for it.
import { readdirSync } from 'node:fs'
import { allApis } from '../../src/protocol/apis.ts'
import { recordCodec, requestCodec, responseCodec, versionRange } from '../../src/protocol/compile.ts'
import type { AnyApi, Codec, Fields, RecordSchema } from '../../src/protocol/schema.ts'

export interface Subject {
  readonly name: string
  readonly fields: Fields
  readonly min: number
  readonly max: number
  codec(version: number): Codec<unknown, unknown>
  isFlexible(version: number): boolean
}

const STORED = new URL('../../src/protocol/stored/', import.meta.url)

export async function allSubjects(): Promise<Map<string, Subject>> {
  const subjects = [...allApis.flatMap(ofApi), ...(await storedSchemas()).map(ofRecord)]
  return new Map(subjects.map((subject) => [subject.name, subject]))
}

async function storedSchemas(): Promise<RecordSchema[]> {
  const files = readdirSync(STORED).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((file) => import(new URL(file, STORED).href)))
  return modules.flatMap((module) => Object.values(module) as RecordSchema[])
}

function common({ versions, flexible }: { versions: AnyApi['versions']; flexible: AnyApi['flexible'] }) {
  const { min, max } = versionRange(versions)
  const flexibleFrom = versionRange(flexible)
  return { min, max, isFlexible: (version: number) => version >= flexibleFrom.min && version <= flexibleFrom.max }
}

function ofApi(api: AnyApi): Subject[] {
  return [
    {
      name: `${api.name}Request`,
      fields: api.request,
      codec: (version) => requestCodec(api, version) as Codec<unknown, unknown>,
      ...common(api)
    },
    {
      name: `${api.name}Response`,
      fields: api.response,
      codec: (version) => responseCodec(api, version) as Codec<unknown, unknown>,
      ...common(api)
    }
  ]
}

function ofRecord(schema: RecordSchema): Subject {
  return {
    name: schema.name,
    fields: schema.fields,
    codec: (version) => recordCodec(schema, version) as Codec<unknown, unknown>,
    ...common(schema)
  }
}
