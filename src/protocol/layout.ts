// What a schema comes to in one version: which fields stand on the wire, how, and what an absent one reads as.
import type { Field, Fields } from './schema.ts'
import { inVersions } from './versions.ts'

/** One field in one version. */
export interface Slot {
  readonly name: string
  readonly field: Field<unknown>
  readonly place: 'plain' | 'tagged' | 'absent'
  readonly tag: number
  readonly isFlexible: boolean
  readonly isNullable: boolean
}

export interface WireVersion {
  readonly version: number
  readonly isFlexible: boolean
}

export function slotsOf(fields: Fields, wire: WireVersion): Slot[] {
  return Object.entries(fields).map(([name, field]) => slotOf(name, field, wire))
}

function slotOf(name: string, field: Field<unknown>, { version, isFlexible }: WireVersion): Slot {
  const { nullable, tag, tagged, flexible } = field.options
  const isTagged = tag !== undefined && inVersions(tagged ?? field.versions, version)
  return {
    name,
    field,
    place: !inVersions(field.versions, version) ? 'absent' : isTagged ? 'tagged' : 'plain',
    tag: tag ?? -1,
    isFlexible: flexible === undefined ? isFlexible : inVersions(flexible, version),
    isNullable: field.isNullable && (nullable === undefined || inVersions(nullable, version))
  }
}

/** Slots in wire order, then the tagged ones by tag. */
export const plainSlots = (slots: readonly Slot[]) => slots.filter((slot) => slot.place === 'plain')
export const taggedSlots = (slots: readonly Slot[]) =>
  slots.filter((slot) => slot.place === 'tagged').sort((left, right) => left.tag - right.tag)

/** JavaScript for a fresh copy of the field's fallback. */
export function fallbackSource(field: Field<unknown>): string {
  const { fallback } = field.options
  if (field.kind === 'struct') return fallback === null ? 'null' : structFallback(field.fields ?? {}, fallback)
  if (fallback instanceof Uint8Array) return 'EMPTY_BYTES'
  return JSON.stringify(fallback)
}

function structFallback(fields: Fields, overrides: unknown): string {
  if (overrides !== undefined && Object.keys(overrides as object).length > 0) {
    throw new TypeError('a struct falls back to the fallbacks of its fields')
  }
  const members = Object.entries(fields).map(([name, field]) => `${name}: ${fallbackSource(field)}`)
  return `{ ${members.join(', ')} }`
}

const FIXED_BYTES: Record<string, number> = {
  boolean: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  int64Clamped: 8,
  int64Bits: 8,
  float64: 8,
  uuid: 16
}

/** The fewest bytes that one value can take: bounds how many elements an array of a given size can claim. */
export function minBytes(slot: Slot, wire: WireVersion): number {
  const { kind, fields } = slot.field
  const fixed = FIXED_BYTES[kind]
  if (fixed !== undefined) return fixed
  if (kind === 'struct') return slot.isNullable ? 1 : minStructBytes(fields ?? {}, wire)
  if (slot.isFlexible) return 1
  return kind === 'string' ? 2 : 4
}

export function minStructBytes(fields: Fields, wire: WireVersion): number {
  const plain = plainSlots(slotsOf(fields, wire))
  const ownBytes = wire.isFlexible ? 1 : 0
  return plain.reduce((sum, slot) => sum + minBytes(slot, wire), ownBytes)
}

/** The element of an array of scalars, as a slot of its own. */
export function elementSlot(slot: Slot, element: Field<unknown>): Slot {
  return { ...slot, field: element, place: 'plain', tag: -1, isNullable: false }
}
