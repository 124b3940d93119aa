// dist/: the library as plain ES modules with types (tsc), and the command as one bundle per thing it can do (esbuild),
// because a broker that starts in a blink cannot read three hundred files first.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Loaded when needed, from node_modules: native, WebAssembly, or rarely used. */
const external = ['@bokuweb/zstd-wasm', '@node-rs/crc32', 'lz4-napi', 'pino', 'pino-pretty', 'snappy', 'snappyjs']

async function buildCommand() {
  await build({
    entryPoints: { odradek: join(root, 'src/cli/main.ts') },
    outdir: join(root, 'dist/command'),
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    chunkNames: 'chunk-[hash]',
    // CommonJS packages inside the bundle ask for node's own modules by require.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module';const require = createBundleRequire(import.meta.url);"
    },
    define: { ODRADEK_VERSION: JSON.stringify(version) },
    external,
    sourcemap: process.argv.includes('--sourcemap') ? 'inline' : false,
    logLevel: 'warning'
  })
}

function buildLibrary() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
await buildCommand()
if (!process.argv.includes('--command-only')) buildLibrary()
