// npm run docs:compatibility: writes docs/compatibility.md anew.
import { writeFileSync } from 'node:fs'
import { compatibilityDocument } from './document.ts'

writeFileSync(new URL('../../docs/compatibility.md', import.meta.url), compatibilityDocument())
