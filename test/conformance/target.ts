// The broker under test. Tests see an address, never which broker it is.
import { inject } from 'vitest'

export type TargetName = 'apache' | 'odradek'

export interface Target {
  name: TargetName
  host: string
  port: number
}

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target
  }
}

export const target: Target = inject('target')

let nameCount = 0

/** A topic, group or client name that no other test uses. */
export function uniqueName(prefix: string): string {
  nameCount += 1
  const random = Math.random().toString(36).slice(2, 8)
  return `${prefix}-${random}-${nameCount}`
}
