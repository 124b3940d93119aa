// Starts the built broker once, in memory, and keeps what V8 compiled for that: see cached-start.mjs.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { cacheFile, compile, run } = await import(pathToFileURL(join(process.argv[2], 'start.js')).href)
const script = compile(undefined)
process.stdout.write = () => true // The ready line is for nobody.
await run(script).start({ memory: true, port: 0, logLevel: 'silent' })
writeFileSync(cacheFile, script.createCachedData())
process.exit(0)
