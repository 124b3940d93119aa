// Becomes dist/command/start.js: loads start.cjs together with the machine code's forerunner that V8 made of it at build
// time, when that is this V8's; compiling half a megabyte at every start would take longer than starting.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

const filename = fileURLToPath(new URL('start.cjs', import.meta.url))
const require = createRequire(import.meta.url)
export const cacheFile = `${filename.slice(0, -4)}-${process.version}-${process.arch}.cache`

export function compile(cachedData) {
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(filename, 'utf8')}\n})`
  return new Script(source, { filename, cachedData })
}

export function run(script) {
  const module = { exports: {} }
  const load = script.runInThisContext()
  load.call(module.exports, module.exports, require, module, filename, dirname(filename))
  return module.exports
}

// Without a cache of ours node's own loader is the better one: from 22.8 on it keeps a cache itself.
const program = existsSync(cacheFile) ? run(compile(readFileSync(cacheFile))) : require(filename)
export const { start } = program
