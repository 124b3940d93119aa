// dist/: the library as plain ES modules with types (tsc), and the command as bundles (esbuild): one for starting the
// broker, because what starts in a blink cannot read three hundred files first, and one for each of the other verbs.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const cli = join(root, 'src/cli')
/** Built beside, then put in place: whoever runs the command meanwhile finds all of it. */
const fresh = join(root, `dist.${process.pid}`)
const dist = join(root, 'dist')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Loaded when needed, from node_modules: native, WebAssembly, or rarely used. */
const external = ['@bokuweb/zstd-wasm', '@node-rs/crc32', 'lz4-napi', 'pino', 'pino-pretty', 'snappy', 'snappyjs']

const common = {
  outdir: join(fresh, 'command'),
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // Names stay: they are what a stack trace shows.
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  // CommonJS packages inside a bundle ask for node's own modules by require.
  banner: {
    js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);"
  },
  define: { ODRADEK_VERSION: JSON.stringify(version) },
  external,
  logLevel: 'warning'
}

/** What main.ts imports on demand is a bundle of its own. */
const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ kind, path }) => {
      if (kind !== 'dynamic-import') return undefined
      return { path: path.replace('./verbs/', './').replace(/\.ts$/, '.js'), external: true }
    })
  }
}

/** commander starts programs for subcommands that are files; ours are none, and loading the module takes 2 ms. */
const noChildProcesses = {
  name: 'no-child-processes',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^node:child_process$/ }, ({ path }) => ({ path, namespace: 'none' }))
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
  }
}

const verbs = readdirSync(join(cli, 'verbs')).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
const entry = (path) => ({ in: path, out: basename(path, '.ts') })

async function buildCommand() {
  await build({
    ...common,
    entryPoints: [{ in: join(cli, 'main.ts'), out: 'odradek' }],
    plugins: [onDemand, noChildProcesses]
  })
  await buildStart()
  const others = [...verbs.map((name) => `verbs/${name}`), 'config-command.ts', 'run-verb.ts']
  const entryPoints = others.map((path) => entry(join(cli, path)))
  await build({ ...common, entryPoints, splitting: true, chunkNames: 'shared-[hash]' })
}

/** CommonJS, because only a script's compiled form can be kept; its cache belongs to this node and is not published. */
async function buildStart() {
  const { outdir } = common
  const define = { ...common.define, 'import.meta.url': 'bundleUrl' }
  const banner = { js: "const bundleUrl=require('node:url').pathToFileURL(__filename).href;" }
  const outExtension = { '.js': '.cjs' }
  // A script's compiled form forgets how to import: what is loaded on demand is required.
  const supported = { 'dynamic-import': false }
  const start = { entryPoints: [entry(join(cli, 'start.ts'))], format: 'cjs', define, banner, outExtension, supported }
  await build({ ...common, ...start })
  copyFileSync(join(root, 'scripts/cached-start.mjs'), join(outdir, 'start.js'))
  execFileSync(process.execPath, [join(root, 'scripts/make-cache.mjs'), outdir], { stdio: 'inherit' })
}

function buildLibrary() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const project = join(root, 'tsconfig.build.json')
  execFileSync(process.execPath, [compiler, '-p', project, '--outDir', fresh], { stdio: 'inherit' })
}

const isCommandOnly = process.argv.includes('--command-only')
const old = `${fresh}.old`
try {
  await buildCommand()
  if (!isCommandOnly) buildLibrary()
  if (isCommandOnly && existsSync(dist)) {
    if (existsSync(join(dist, 'command'))) renameSync(join(dist, 'command'), old)
    renameSync(join(fresh, 'command'), join(dist, 'command'))
  } else {
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  }
} finally {
  rmSync(old, { recursive: true, force: true })
  rmSync(fresh, { recursive: true, force: true })
}
