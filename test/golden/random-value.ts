// A random value of a schema that one version can carry: null where it may be, empty and filled arrays, the extremes.
import type { Field, Fields, Kind } from '../../src/protocol/schema.ts'
import { inVersions } from '../../src/protocol/versions.ts'
import type { RandomSource } from './random-source.ts'

export function randomValue(fields: Fields, version: number, random: RandomSource): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    if (!inVersions(field.versions, version)) continue
    // Left out now and then: the fallback is part of what is checked. Null is the fallback that may not be writable.
    if (random.oneIn(8) && field.options.fallback !== null) continue
    value[name] = randomField(field, version, random)
  }
  return value
}

function randomField(field: Field<unknown>, version: number, random: RandomSource): unknown {
  if (mayBeNull(field, version) && random.oneIn(3)) return null
  if (field.kind === 'struct') return randomValue(field.fields ?? {}, version, random)
  if (field.kind === 'array') {
    return Array.from({ length: random.below(4) }, () =>
      field.fields === undefined
        ? scalar(field.element?.kind as Kind, random)
        : randomValue(field.fields, version, random)
    )
  }
  return scalar(field.kind, random)
}

function mayBeNull({ isNullable, options }: Field<unknown>, version: number): boolean {
  return isNullable && (options.nullable === undefined || inVersions(options.nullable, version))
}

function scalar(kind: Kind, random: RandomSource): unknown {
  switch (kind) {
    case 'boolean':
      return random.oneIn(2)
    case 'int8':
      return random.below(256) - 128
    case 'int16':
      return random.below(65_536) - 32_768
    case 'uint16':
      return random.below(65_536)
    case 'int32':
      return random.uint32() | 0
    case 'uint32':
      return random.uint32()
    case 'int64':
    case 'int64Clamped':
      return int64(random)
    case 'int64Bits':
      return random.bytes(8).toString('hex')
    case 'float64':
      return [Number.NaN, Number.NEGATIVE_INFINITY, -0, random.uint32() / 7, 5e-324][random.below(5)]
    case 'string':
      return text(random)
    case 'uuid':
      return random.bytes(16).toString('base64url')
    default:
      return random.bytes(random.oneIn(6) ? 5_000 : random.below(60))
  }
}

function int64(random: RandomSource): number {
  const small = random.below(10) - 3
  const large = (random.below(2 ** 21) * 2 ** 32 + random.uint32()) * (random.oneIn(2) ? 1 : -1)
  return [small, large, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER][random.below(4)]
}

function text(random: RandomSource): string {
  const alphabet = random.oneIn(3) ? ['a', 'é', '語', '🎈', '\u0000'] : ['a', 'B', '-', '9', ' ']
  const length = random.oneIn(6) ? 200 : random.below(30)
  return Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('')
}
