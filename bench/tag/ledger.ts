import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { type MergedRollupOptions, type OutputOptions, type Plugin, rollup } from 'rollup'
import { loadConfigFile } from 'rollup/loadConfigFile'

const root = new URL('../../', import.meta.url)

/**
 * Features that can be left out, each with what then stands in the place of its modules in `src/`. What a feature's removal would make
 * simpler elsewhere is not counted: these are the least that it costs.
 */
const FEATURES: readonly (readonly [feature: string, modules: { readonly [path: string]: string }])[] = [
  [
    'variants among nodes that a framework holds',
    { 'client/keep.ts': 'export var keep = Boolean, takeOver = Boolean, MAX_TRIES = 0' },
  ],
  ['pictures', { 'client/picture.ts': 'export var showPicture = Boolean' }],
  ['redirects', { 'client/redirect.ts': 'export var destination = Boolean' }],
  [
    'slots in shadow roots',
    {
      'client/roots.ts': `export function isInPage(node) { return document.contains(node) }
        export function rootOf() { return document }
        export function observe(bridge, root) {
          bridge._roots.push(root)
          bridge._observer.observe(root, { childList: true, subtree: true, characterData: true })
        }
        export var findRoots = Boolean`,
    },
  ],
  ['transitions', { 'client/transitions.ts': 'export var endTransitions = Boolean' }],
  ['events of a page that ends early', { 'client/outbox.ts': 'export var flushOnHide = Boolean, OUTBOX = ""' }],
  ['Trusted Types', { 'client/trusted.ts': 'export function trusted(state, rule, text) { return text }' }],
  [
    "a form's own controls",
    { 'client/read.ts': 'export function read(element, plain, name) { return element[name] }' },
  ],
  [
    'the digest of the late chunk',
    { 'tag/chunk-names.ts': 'export var LATE = "/prepaint-late.js", LATE_INTEGRITY = ""' },
  ],
]

/** Puts other text in the place of modules. */
function replace(modules: { readonly [path: string]: string }): Plugin {
  const fileOf = (path: string): string => fileURLToPath(new URL(`src/${path}`, root))
  const texts = new Map(Object.entries(modules).map(([path, text]) => [fileOf(path), text]))
  return {
    name: 'replace',
    load: (id) => texts.get(id) ?? null,
  }
}

/** Bytes of the tag after brotli, built as `npm run build` does. */
async function bytesWith(options: MergedRollupOptions, modules: { readonly [path: string]: string }): Promise<number> {
  // As long as the digests of a real build, and as hard to compress.
  const digest = 'q7Vb2XkP0sLm9RtYc4WnZ8dHf1GjA6uEo3TiQx5CvBy'
  const names = {
    'tag/chunk-names.ts': `export var LATE = "/prepaint-late.${digest}.js", LATE_INTEGRITY = "sha256-${digest}="`,
  }
  const build = await rollup({ ...options, plugins: [replace({ ...names, ...modules }), options.plugins] })
  const { output } = await build.generate(options.output[0] as OutputOptions)
  await build.close()
  return brotliCompressSync(output[0].code).length
}

/** Returns what the tag costs without each of its features, in bytes. */
export async function measureTagLedger(): Promise<{ [feature: string]: { bytes: number } }> {
  const { options } = await loadConfigFile(fileURLToPath(new URL('rollup.config.mjs', root)), { silent: true })
  const tag = options.find(({ output }) => output.some(({ file }) => file === 'dist/prepaint.js'))
  if (!tag) throw new Error('rollup.config.mjs builds no dist/prepaint.js')
  const whole = await bytesWith(tag, {})
  const rows: { [feature: string]: { bytes: number } } = {}
  for (const [feature, modules] of FEATURES) {
    process.stderr.write(`building without ${feature}…\n`)
    rows[feature] = { bytes: whole - (await bytesWith(tag, modules)) }
  }
  return { ...rows, 'all of it': { bytes: whole } }
}
