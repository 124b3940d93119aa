// Version ranges as the schemas spell them: '3+', '0-2', '4', 'none'.
import type { Versions } from './schema.ts'

export interface VersionRange {
  readonly min: number
  /** Infinity for an open range; below `min` for 'none'. */
  readonly max: number
}

const parsed = new Map<Versions, VersionRange>()

export function versionRange(versions: Versions): VersionRange {
  const known = parsed.get(versions)
  if (known !== undefined) return known
  const range = parse(versions)
  parsed.set(versions, range)
  return range
}

function parse(versions: Versions): VersionRange {
  if (versions === 'none') return { min: 0, max: -1 }
  const [, min, rest] = /^(\d+)(\+|-\d+)?$/.exec(versions) ?? []
  if (min === undefined) throw new TypeError(`not a version range: ${versions}`)
  if (rest === '+') return { min: Number(min), max: Number.POSITIVE_INFINITY }
  return { min: Number(min), max: rest === undefined ? Number(min) : Number(rest.slice(1)) }
}

export function inVersions(versions: Versions, version: number): boolean {
  const { min, max } = versionRange(versions)
  return version >= min && version <= max
}
