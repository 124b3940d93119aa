#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'

const command = new URL('../dist/command/odradek.js', import.meta.url)
if (existsSync(command)) {
  // Compiled code is kept between runs where Node can (22.8 and later): starting is quicker from the second time on.
  module.enableCompileCache?.()
  const { main } = await import(command.href)
  await main(process.argv.slice(2))
} else {
  process.stderr.write('odradek: this checkout is not built: run npm ci --ignore-scripts && npm run build\n')
  process.exitCode = 1
}
