// Writes the JavaScript that decodes one schema in one version: one function per struct, no version tests, no
// closures per field, always the same object shape.

import type { WireVersion } from './layout.ts'
import {
  elementSlot,
  fallbackSource,
  minBytes,
  minStructBytes,
  plainSlots,
  type Slot,
  slotsOf,
  taggedSlots
} from './layout.ts'
import type { Field, Fields } from './schema.ts'

export class DecoderSource {
  private readonly wire: WireVersion
  private readonly functions: string[] = []
  private readonly names = new Map<Fields, string>()

  constructor(wire: WireVersion) {
    this.wire = wire
  }

  /** Body of a function that returns the decoder of `fields`. */
  static of(fields: Fields, wire: WireVersion): string {
    const source = new DecoderSource(wire)
    const root = source.struct(fields)
    return `'use strict'\n${source.functions.join('\n')}\nreturn ${root}`
  }

  private struct(fields: Fields): string {
    const known = this.names.get(fields)
    if (known !== undefined) return known
    const name = `decode${this.names.size}`
    this.names.set(fields, name)
    const slots = slotsOf(fields, this.wire)
    const plain = plainSlots(slots).map((slot) => `  const ${local(slot)} = ${this.value(slot)}`)
    const tags = this.wire.isFlexible ? this.taggedSection(taggedSlots(slots)) : []
    const members = slots.map((slot) => `${slot.name}: ${this.member(slot)}`)
    const body = [...plain, ...tags, `  return { ${members.join(', ')} }`]
    this.functions.push(`function ${name}(r) {\n${body.join('\n')}\n}`)
    return name
  }

  private member(slot: Slot): string {
    const onWire = slot.place === 'plain' || (slot.place === 'tagged' && this.wire.isFlexible)
    return onWire ? local(slot) : fallbackSource(slot.field)
  }

  // As Apache Kafka's generated readers do: a known tag's own size is not compared with what its value takes, the
  // last of several equal tags wins, and their order does not matter (KIP-482 asks it of writers only).
  private taggedSection(tagged: Slot[]): string[] {
    if (tagged.length === 0) return ['  skipTaggedFields(r)']
    return [
      ...tagged.map((slot) => `  let ${local(slot)} = ${fallbackSource(slot.field)}`),
      '  for (let left = r.unsignedVarint() | 0; left > 0; left--) {',
      '    const tag = r.unsignedVarint()',
      '    const size = r.unsignedVarint()',
      '    switch (tag) {',
      ...tagged.map((slot) => `      case ${slot.tag}: ${local(slot)} = ${this.value(slot)}; break`),
      '      default: r.skip(size)',
      '    }',
      '  }'
    ]
  }

  /** An expression that reads the slot's value. */
  private value(slot: Slot): string {
    const { kind, fields } = slot.field
    const name = JSON.stringify(slot.name)
    if (kind === 'struct') return this.structValue(slot, this.struct(fields ?? {}))
    if (kind === 'array') return `${this.arrayReader(slot)}(r)`
    if (kind === 'string')
      return `${slot.isNullable ? 'nullable' : 'required'}String(r, ${stringLength(slot)}, ${name})`
    if (kind === 'bytes' || kind === 'records') {
      return `${slot.isNullable ? 'nullable' : 'required'}Bytes(r, ${countOf(slot)}, ${name})`
    }
    return `r.${kind}()`
  }

  private structValue(slot: Slot, decode: string): string {
    if (!slot.isNullable) return `${decode}(r)`
    const isNull = slot.place === 'tagged' ? '(r.unsignedVarint() | 0) <= 0' : 'r.int8() < 0'
    return `${isNull} ? null : ${decode}(r)`
  }

  private arrayReader(slot: Slot): string {
    const name = JSON.stringify(slot.name)
    const { element, minimum } = this.element(slot)
    const reader = `decodeArray${this.functions.length}`
    const onNull = slot.isNullable ? 'return null' : `failNull(${name})`
    this.functions.push(
      [
        `function ${reader}(r) {`,
        `  const count = ${countOf(slot)}`,
        `  if (count < 0) ${onNull}`,
        `  if (count * ${Math.max(minimum, 1)} > r.limit - r.position) failCount(${name}, count, r)`,
        '  const items = []',
        `  for (let index = 0; index < count; index++) items.push(${element})`,
        '  return items',
        '}'
      ].join('\n')
    )
    return reader
  }

  private element(slot: Slot): { element: string; minimum: number } {
    const { fields } = slot.field
    if (fields !== undefined) {
      return { element: `${this.struct(fields)}(r)`, minimum: minStructBytes(fields, this.wire) }
    }
    const scalar = elementSlot(slot, slot.field.element as Field<unknown>)
    return { element: this.value(scalar), minimum: minBytes(scalar, this.wire) }
  }
}

const local = (slot: Slot) => `$${slot.name}`
const countOf = (slot: Slot) => (slot.isFlexible ? 'r.compactLength()' : 'r.int32()')
const stringLength = (slot: Slot) => (slot.isFlexible ? 'r.compactLength()' : 'r.int16()')
