import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import terser from '@rollup/plugin-terser'
import typescript from '@rollup/plugin-typescript'
import { ModuleKind, ScriptTarget, transpile } from 'typescript'

/**
 * The short forms of names that begin with `_`, the same in the tag and its chunks, which work on one state (`bridge.ts`) and are built
 * apart, whence `BRIDGE_VERSION`: a test compares them. A name without `_` is somebody else's, too, and stays: the wire
 * (`src/protocol`), what is stored, public methods, the browser. Which letter was tried against the size after brotli.
 */
const shortNames = {
  ...{ _bridge: 'w', _version: 's', _config: 'e', _budgetMs: 'B', _client: 'I', _record: 'i' },
  ...{ _trackedEvents: 'r', _request: 'o', _observer: 'P', _foundSlots: 'f', _pendingSlots: 'q' },
  ...{ _hasFallenBack: 'W', _redirect: 'n', _isPagePainted: 'S', _pendingEvents: 'u', _hosts: 'b' },
  ...{ _pendingCalls: 'X', _marks: 'K', _notify: 't', _flushOnHide: 'l', _element: 'c' },
  ...{ _isPainted: 'F', _before: 'd', _ask: '$', _policy: 'D', _unlinked: 'Z' },
  ...{ _enders: 'U', _isDestroyed: 'a', _report: 'M', _giveBack: 'V', _onChange: 'y', _onApplied: 'h' },
  ...{ _original: 'g', _tries: 'T', _change: 'C' },
  ...{ _roots: 'm', _shadowHosts: 'j', _isUrgent: 'O', _takeTime: 'R' },
  ...{ _sign: 'p', _isOpen: 'G', _view: 'v', _look: 'L', _navigate: 'N', _address: 'A', _isEarlier: 'E', _token: 'k' },
}

/** Tried one by one against the size after brotli: what makes the text shorter often makes it compress worse. */
const compress = {
  tag: {
    ...{ passes: 3, hoist_funs: false, negate_iife: false, loops: true, reduce_funcs: false },
    ...{ lhs_constants: true, booleans_as_integers: true, unsafe_comps: false, inline: 3, comparisons: false },
  },
  late: {
    ...{ passes: 3, hoist_funs: false, negate_iife: false, loops: true, lhs_constants: false },
    ...{ comparisons: false, booleans_as_integers: true, sequences: 1, unsafe_comps: true, booleans: false, inline: 0 },
  },
  api: { passes: 2, inline: 2 },
  tv: {
    ...{ passes: 3, inline: 2, hoist_funs: true, negate_iife: false, loops: false, lhs_constants: false },
    booleans_as_integers: true,
  },
  other: { passes: 2, inline: 2 },
}

const minify = (kind) => {
  const props = Object.fromEntries(Object.entries(shortNames).map(([name, short]) => [`$${name}`, short]))
  return terser({
    ecma: 5,
    compress: { ...compress[kind], unsafe: true, pure_getters: true },
    // One underscore: `__lookupGetter__` is the browser's.
    mangle: kind === 'other' ? true : { properties: { regex: /^_[^_]/ } },
    nameCache: { props: { props } },
    format: { comments: false },
  })
}

/** In the source maps: the same wherever `node_modules` is. */
const sourcemapPathTransform = (path) => path.replace(/^.*node_modules\//, 'node_modules/')

/** The two libraries of the late chunks become part of them, so that a brand installs none; for a tag in ES5. */
const bundle = (target) => ({
  name: 'bundle',
  resolveId: (id) => (/^(idb-keyval|web-vitals)$/.test(id) ? fileURLToPath(import.meta.resolve(id)) : null),
  transform: (code, id) =>
    target && id.includes('node_modules')
      ? { code: transpile(code, { target, module: ModuleKind.ESNext, ignoreDeprecations: '6.0' }), map: null }
      : null,
})

/** Address and integrity of each chunk, by folder, as the module that `src/tag/chunk-names.ts` stands for has them. */
const chunkNames = { dist: '', 'dist/debug': '' }

const sha256 = (code) => createHash('sha256').update(code).digest('base64').replace('=', '')

/**
 * Writes a chunk once more under a name with its SHA-256, which is also its integrity; what is built afterwards in this folder
 * can import both. Line breaks are added to the chunk until its digest has letters and digits alone (one in four has), so that it is
 * the same text in an address as in `integrity`.
 */
const nameByContent = () => ({
  name: 'name-by-content',
  generateBundle({ file }, bundle) {
    const chunk = bundle[basename(file)]
    while (/\W/.test(sha256(chunk.code))) chunk.code += '\n'
    const digest = sha256(chunk.code)
    const fileName = chunk.fileName.replace(/js$/, `${digest}.js`)
    this.emitFile({ type: 'asset', fileName, source: chunk.code })
    const name = /-(\w+)\.js$/.exec(chunk.fileName)[1].toUpperCase()
    chunkNames[dirname(file)] += `export var ${name} = '/${fileName}', ${name}_INTEGRITY = 'sha256-${digest}='\n`
  },
})

/**
 * Adds as many line breaks to a chunk, up to 200, as give the digest with which what loads it is smallest: of one source the late chunk's
 * digest alone made the tag 5,126 to 5,143 bytes, and the TV chunk's made the late one 4,492 to 4,505.
 */
const pickName = (kind) => ({
  name: 'pick-name',
  generateBundle({ file }, bundle) {
    const loader = bundle[basename(file)]
    const path = (digest) => `${dirname(file)}/prepaint-${kind}.${digest && `${digest}.`}js`
    const chunk = readFileSync(path(''), 'utf8')
    const named = (code) => loader.code.replaceAll(sha256(chunk), sha256(code))
    const bytes = (code) => brotliCompressSync(named(code)).length
    const candidates = Array.from({ length: 200 }, (_none, lines) => chunk + '\n'.repeat(lines))
    const sizes = candidates.filter((code) => !/\W/.test(sha256(code))).map((code) => ({ code, size: bytes(code) }))
    const { code } = sizes.reduce((best, one) => (one.size < best.size ? one : best))
    loader.code = named(code)
    rmSync(path(sha256(chunk)))
    writeFileSync(path(''), code)
    writeFileSync(path(sha256(code)), code)
  },
})

const readChunkNames = (folder) => ({
  name: 'read-chunk-names',
  load: (id) => (id.endsWith('/src/tag/chunk-names.ts') ? chunkNames[folder] : null),
})

/**
 * The tag is ES5: the TVs of 2016 run that, and it costs no bytes (1,406 against 1,445 B as ES2015, brotli). Its source
 * map is beside it but not named in it: the comment would cost every page 40 bytes.
 */
const tag = (input, file, plugins) => ({
  input,
  output: {
    file,
    format: 'iife',
    sourcemap: plugins.some(({ name }) => name === 'terser') ? 'hidden' : true,
    sourcemapPathTransform,
    indent: false,
    strict: false,
  },
  plugins: [
    bundle(ScriptTarget.ES5),
    readChunkNames(dirname(file)),
    typescript({ tsconfig: 'tsconfig/tag.json', noEmitOnError: true }),
    ...plugins,
  ],
})

/** The tag and its chunks, each before what loads it. */
const tagAndChunks = (folder, minify) => [
  tag('src/late/vitals-tag.ts', `${folder}/prepaint-vitals.js`, [...minify('other'), nameByContent()]),
  tag('src/late/api-tag.ts', `${folder}/prepaint-api.js`, [...minify('api'), nameByContent()]),
  tag('src/tv/tag.ts', `${folder}/prepaint-tv.js`, [...minify('tv'), nameByContent()]),
  tag('src/late/tag.ts', `${folder}/prepaint-late.js`, [...minify('late'), pickName('tv'), nameByContent()]),
  tag('src/tag/tag.ts', `${folder}/prepaint.js`, [...minify('tag'), pickName('late')]),
]

export default [
  ...tagAndChunks('dist', (kind) => [minify(kind)]),
  ...tagAndChunks('dist/debug', () => []),
  tag('src/tag/stub.ts', 'dist/prepaint-stub.js', [minify('other')]),
  {
    input: {
      ...{ index: 'src/sdk/index.ts', engine: 'src/engine/index.ts', protocol: 'src/protocol/index.ts' },
      testing: 'src/testing/index.ts',
    },
    external: ['msw'],
    output: { dir: 'dist', format: 'es', sourcemap: true, sourcemapPathTransform, chunkFileNames: 'chunks/[name].js' },
    plugins: [
      bundle(),
      typescript({
        tsconfig: 'tsconfig/module.json',
        noEmitOnError: true,
        declaration: true,
        declarationDir: 'dist/types',
        outDir: 'dist',
      }),
    ],
  },
]
