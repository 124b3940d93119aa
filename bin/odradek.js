#!/usr/bin/env node
import module from 'node:module'

// Compiled code is kept between runs where Node can (22.8 and later): starting is quicker from the second time on.
module.enableCompileCache?.()
const { main } = await import('../dist/command/odradek.js')
await main(process.argv.slice(2))
