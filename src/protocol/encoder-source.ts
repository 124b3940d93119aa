// Writes the JavaScript that encodes one schema in one version. A field left out is written as its fallback; a value
// that the version cannot carry is refused unless the field may be ignored.

import type { WireVersion } from './layout.ts'
import { elementSlot, fallbackSource, plainSlots, type Slot, slotsOf, taggedSlots } from './layout.ts'
import type { Field, Fields } from './schema.ts'

export class EncoderSource {
  private readonly wire: WireVersion
  private readonly functions: string[] = []
  private readonly encoders = new Map<Fields, string>()
  private readonly defaultTests = new Map<Fields, string>()

  constructor(wire: WireVersion) {
    this.wire = wire
  }

  /** Body of a function that returns the encoder of `fields`. */
  static of(fields: Fields, wire: WireVersion): string {
    const source = new EncoderSource(wire)
    const root = source.struct(fields)
    return `'use strict'\nconst EMPTY = {}\n${source.functions.join('\n')}\nreturn ${root}`
  }

  private struct(fields: Fields): string {
    const known = this.encoders.get(fields)
    if (known !== undefined) return known
    const name = `encode${this.encoders.size}`
    this.encoders.set(fields, name)
    const slots = slotsOf(fields, this.wire)
    const body = [
      ...slots.flatMap((slot) => this.refusal(slot)),
      ...plainSlots(slots).map((slot) => `  { ${this.load(slot)}; ${this.write(slot, 'w')} }`),
      ...(this.wire.isFlexible ? this.taggedSection(taggedSlots(slots)) : [])
    ]
    this.functions.push(`function ${name}(w, o) {\n${body.join('\n')}\n}`)
    return name
  }

  private refusal(slot: Slot): string[] {
    const isLost = slot.place === 'absent' || (slot.place === 'tagged' && !this.wire.isFlexible)
    if (!isLost || slot.field.options.ignorable) return []
    return [`  if (${this.differs(slot.field, `o.${slot.name}`)}) failUnsupported(${quoted(slot)})`]
  }

  /** Declares `v`: the value to write, never undefined, and null only where null can be written. */
  private load(slot: Slot): string {
    const fallback = slot.field.kind === 'struct' ? structFallback(slot.field) : fallbackSource(slot.field)
    if (slot.isNullable) return `let v = o.${slot.name}; if (v === undefined) v = ${fallback}`
    // A fallback of null cannot be written here: the field must be given.
    const missing = fallback === 'null' ? `failNull(${quoted(slot)})` : `v = ${fallback}`
    return `let v = o.${slot.name}; if (v == null) { if (v === null) failNull(${quoted(slot)}); ${missing} }`
  }

  /** Statements that write `v` to the writer `w`. */
  private write(slot: Slot, w: string): string {
    const { kind, fields } = slot.field
    if (kind === 'struct') return this.writeStruct(slot, w, this.struct(fields ?? {}))
    if (kind === 'array') return whenNull(slot, w, 4, `${this.arrayWriter(slot)}(${w}, v)`)
    if (kind === 'string') {
      return whenNull(slot, w, 2, slot.isFlexible ? `${w}.compactString(v)` : `${w}.string(v)`)
    }
    if (kind === 'bytes' || kind === 'records') {
      const length = slot.isFlexible ? `${w}.unsignedVarint(v.length + 1)` : `${w}.int32(v.length)`
      return whenNull(slot, w, 4, `${length}; ${w}.raw(v)`)
    }
    return `${w}.${kind === 'int64Clamped' ? 'int64' : kind}(v)`
  }

  private writeStruct(slot: Slot, w: string, encode: string): string {
    if (!slot.isNullable) return `${encode}(${w}, v)`
    const isTagged = slot.place === 'tagged'
    return `if (v === null) ${w}.int8(${isTagged ? 0 : -1}); else { ${w}.int8(1); ${encode}(${w}, v) }`
  }

  private arrayWriter(slot: Slot): string {
    const writer = `encodeArray${this.functions.length}`
    const count = slot.isFlexible ? 'w.unsignedVarint(items.length + 1)' : 'w.int32(items.length)'
    const head = `function ${writer}(w, items) {\n  ${count}\n  for (let index = 0; index < items.length; index++)`
    // Reserves the name before the element's own functions take theirs.
    const place = this.functions.push('') - 1
    this.functions[place] = `${head} ${this.writeElement(slot)}\n}`
    return writer
  }

  private writeElement(slot: Slot): string {
    const { fields } = slot.field
    if (fields !== undefined) return `${this.struct(fields)}(w, items[index])`
    const scalar = elementSlot(slot, slot.field.element as Field<unknown>)
    return `{ const v = items[index]; if (v == null) failNull(${quoted(slot)}); ${this.write(scalar, 'w')} }`
  }

  private taggedSection(tagged: Slot[]): string[] {
    if (tagged.length === 0) return ['  w.int8(0)']
    const tests = tagged.map((slot) => `  const has${slot.tag} = ${this.differs(slot.field, `o.${slot.name}`)}`)
    const count = tagged.map((slot) => `(has${slot.tag} ? 1 : 0)`).join(' + ')
    return [...tests, `  w.unsignedVarint(${count})`, ...tagged.map((slot) => this.writeTagged(slot))]
  }

  private writeTagged(slot: Slot): string {
    const refuseNull = slot.isNullable ? '' : `if (v === null) failNull(${quoted(slot)});`
    const open = `  if (has${slot.tag}) { const v = o.${slot.name}; ${refuseNull} w.unsignedVarint(${slot.tag});`
    return `${open} const s = new Writer(64); ${this.write(slot, 's')}; w.unsignedVarint(s.length); w.raw(s.toBuffer()) }`
  }

  /** An expression: is the value given and different from the field's fallback? */
  private differs(field: Field<unknown>, value: string): string {
    const { fallback } = field.options
    const given = `${value} !== undefined`
    if (fallback === null) return `(${given} && ${value} !== null)`
    if (field.kind === 'struct') {
      return `(${given} && (${value} === null || !${this.defaultTest(field.fields ?? {})}(${value})))`
    }
    if (field.kind === 'array' || field.kind === 'bytes') {
      return `(${given} && (${value} === null || ${value}.length > 0))`
    }
    return `(${given} && ${value} !== ${fallbackSource(field)})`
  }

  private defaultTest(fields: Fields): string {
    const known = this.defaultTests.get(fields)
    if (known !== undefined) return known
    const name = `isDefault${this.defaultTests.size}`
    this.defaultTests.set(fields, name)
    const tests = Object.entries(fields).map(([member, field]) => `!${this.differs(field, `o.${member}`)}`)
    this.functions.push(`function ${name}(o) {\n  return ${tests.join(' && ') || 'true'}\n}`)
    return name
  }
}

const quoted = (slot: Slot) => JSON.stringify(slot.name)
const structFallback = (field: Field<unknown>) => (field.options.fallback === null ? 'null' : 'EMPTY')

function whenNull(slot: Slot, w: string, lengthBytes: 2 | 4, otherwise: string): string {
  if (!slot.isNullable) return otherwise
  const nothing = slot.isFlexible ? `${w}.int8(0)` : `${w}.${lengthBytes === 2 ? 'int16' : 'int32'}(-1)`
  return `if (v === null) ${nothing}; else { ${otherwise} }`
}
