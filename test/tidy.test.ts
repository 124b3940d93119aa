// The house rules that a machine can check: who may import whom, what only the ports may touch, no cycles, no dead files.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'
import { handlers } from '../src/handlers/index.ts'
import { allApis } from '../src/protocol/apis.ts'

const root = join(import.meta.dirname, '..')

/** Layers, lowest first, and all that each may import. `import type` counts. */
const ground = ['ports', 'error-codes']
const wire = [...ground, 'bytes', 'protocol', 'records']
const state = [...wire, 'configs', 'storage', 'metadata', 'coordinators', 'broker', 'handlers', 'network']
const below = (layer: string): string[] => state.slice(0, state.indexOf(layer))
const allowed: Readonly<Record<string, readonly string[]>> = {
  ports: [],
  'error-codes': [],
  system: ['ports'],
  bytes: ground,
  protocol: [...ground, 'bytes'],
  records: [...ground, 'bytes'],
  configs: ground,
  storage: [...ground, 'bytes', 'records', 'configs'],
  metadata: below('metadata'),
  coordinators: [...wire, 'configs'],
  broker: below('broker'),
  handlers: below('handlers'),
  network: below('network'),
  client: [...wire, 'system'],
  'topic-spec': [...ground, 'configs'],
  server: [...state, 'system', 'topic-spec'],
  cli: [...state, 'system', 'client', 'topic-spec', 'server']
}

/** Files that no other imports: what is started, and what users import. */
const entries = new Set(['src/cli/main.ts', 'src/server.ts'])
/** Modules of node that the pure layers may use. */
const pureModules: Readonly<Record<string, RegExp>> = {
  bytes: /^node:(buffer|crypto|zlib|module|util|worker_threads)$/,
  protocol: /^node:buffer$/,
  records: /^node:buffer$/,
  configs: /^node:buffer$/,
  coordinators: /^node:(buffer|crypto)$/
}

/** Has to find and read a WebAssembly file; nothing else below storage may read one. */
const wasmLoader = 'src/bytes/compression/zstd-wasm.ts'

interface Source {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly layer: string
  readonly text: string
  readonly imports: readonly { readonly target: string; readonly line: number }[]
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

function importsOf(path: string, text: string): Source['imports'] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2]
    const line = text.slice(0, match.index + match[0].length).split('\n').length
    const target = specifier.startsWith('.') ? join(dirname(path), specifier).split(sep).join('/') : specifier
    return { target, line }
  })
}

function sources(): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')
      const text = readFileSync(join(root, path), 'utf8')
      return { path, layer: path.split('/')[1].replace(/\.ts$/, ''), text, imports: importsOf(path, text) }
    })
}

const isTest = ({ path }: { path: string }): boolean => path.endsWith('.test.ts') || path.includes('/testing/')
const all = sources()
const production = all.filter((source) => !isTest(source))

function violations(find: (source: Source) => string[]): string[] {
  return production.flatMap((source) => find(source).map((what) => `${source.path}: ${what}`))
}

/** Lines that match, without comments: a word in prose is no use of it. */
function linesWith(source: Source, pattern: RegExp): string[] {
  return source.text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => !/^\s*(\/\/|\*|\/\*)/.test(line) && pattern.test(line))
    .map(({ line, number }) => `line ${number}: ${line.trim()}`)
}

test('imports go to lower layers only', () => {
  const found = violations(({ layer, imports }) =>
    imports.flatMap(({ target, line }) => {
      if (!target.startsWith('src/')) return []
      const targetLayer = target.split('/')[1].replace(/\.ts$/, '')
      if (targetLayer === layer || allowed[layer]?.includes(targetLayer)) return []
      return [`line ${line}: ${layer} may not import ${target}`]
    })
  )
  expect(found).toEqual([])
})

test('no file imports itself in a circle', () => {
  const graph = new Map(production.map(({ path, imports }) => [path, imports.map(({ target }) => target)]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    if (done.has(path) || trail.includes(path)) return
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  expect(cycles).toEqual([])
})

test('the pure layers use no part of node that touches the world', () => {
  const found = violations(({ path, layer, imports }) =>
    imports
      .filter(() => path !== wasmLoader)
      .filter(({ target }) => target.startsWith('node:') && pureModules[layer]?.test(target) === false)
      .map(({ target, line }) => `line ${line}: ${target}`)
  )
  expect(found).toEqual([])
})

test('disk, sockets, time and chance come through their ports', () => {
  const diskUsers = /^src\/(storage\/(file-system-node|lock-file)\.ts|cli\/)/
  const socketUsers = /^src\/(network|client)\//
  const worldUsers = /^src\/(system|cli)\//
  const found = violations((source) => {
    const { path, imports } = source
    const targets = imports.map(({ target }) => target)
    const disk =
      !diskUsers.test(path) && path !== wasmLoader && targets.some((target) => /^node:fs/.test(target))
        ? ['node:fs']
        : []
    const net = !socketUsers.test(path) && targets.some((target) => /^node:(net|tls)$/.test(target)) ? ['sockets'] : []
    const world =
      /\bDate\.now\(|\bperformance\.now\(|\bMath\.random\(|\brandomBytes\(|\bset(Timeout|Interval)\(|new Date\(\)/
    return [...disk, ...net, ...(worldUsers.test(path) ? [] : linesWith(source, world))]
  })
  expect(found).toEqual([])
})

test('every file is used', () => {
  const used = new Set(
    all
      .filter((source) => !source.path.endsWith('.test.ts'))
      .flatMap(({ imports }) => imports.map(({ target }) => target))
  )
  // Records of logs that others write too: every one is known, also those that nothing here reads yet.
  const isKnown = (path: string) => used.has(path) || entries.has(path) || path.startsWith('src/protocol/stored/')
  const unused = production.map(({ path }) => path).filter((path) => !isKnown(path))
  expect(unused).toEqual([])
})

test('every message is in the list of APIs, every handler in the list of handlers, and has a test', () => {
  const named = (folder: string) =>
    production
      .filter(({ path }) => path.startsWith(`src/${folder}/`))
      .map(({ path }) => path.split('/').at(-1)?.slice(0, -3))
  expect(named('protocol/messages').length).toBe(allApis.length)
  const kebab = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()
  const served = new Set(handlers.map(({ api }) => kebab(api.name)))
  const apis = new Set(allApis.map(({ name }) => kebab(name)))
  const unlisted = named('handlers').filter((name) => name !== undefined && apis.has(name) && !served.has(name))
  expect(unlisted).toEqual([])
})

test('the code obeys the style: no default exports, no enums, no TODO', () => {
  const found = violations((source) => [
    ...linesWith(source, /^export default\b|^\s*(export )?(const )?enum\b|^\s*(export )?namespace\b/),
    ...source.text.split('\n').filter((line) => /\b(TODO|FIXME|XXX)\b/.test(line))
  ])
  expect(found).toEqual([])
})

test('the longest files, to look at', () => {
  const lengths = production.map(({ path, text }) => ({ path, lines: text.split('\n').length }))
  const longest = lengths.sort((a, b) => b.lines - a.lines).slice(0, 8)
  console.info(longest.map(({ path, lines }) => `${lines}  ${path}`).join('\n'))
  expect(lengths.length).toBeGreaterThan(0)
})
