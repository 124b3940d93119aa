// Native libraries are optional dependencies: absent where there is no build for the platform.
import { createRequire } from 'node:module'

/** `null` when the package is not installed or cannot be loaded here: the caller then has a fallback in JavaScript. */
export function loadOptional<T>(packageName: string): T | null {
  try {
    return createRequire(import.meta.url)(packageName) as T
  } catch {
    return null
  }
}
