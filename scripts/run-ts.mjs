// Runs a TypeScript program of this repository on any Node: node scripts/run-ts.mjs FILE [ARGS...]
import { mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/run-ts.mjs FILE [ARGS...]')
  process.exit(2)
}

// A bundle has one `import.meta.url`; each source must keep its own.
const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href)
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', url), loader: 'ts' }
    })
  }
}

const folder = join(import.meta.dirname, '../node_modules/.cache/run-ts')
mkdirSync(folder, { recursive: true })
const outfile = join(folder, `${basename(file, '.ts')}-${process.pid}.mjs`)
const format = { bundle: true, platform: 'node', format: 'esm', packages: 'external', sourcemap: 'inline' }
await build({ entryPoints: [file], outfile, plugins: [ownUrls], ...format })
process.argv = [process.argv[0], file, ...args]
await import(pathToFileURL(outfile).href)
