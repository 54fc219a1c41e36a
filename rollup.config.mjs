import terser from '@rollup/plugin-terser'
import typescript from '@rollup/plugin-typescript'

/**
 * Names between the tag's own modules, which may be shortened. Not here, because somebody else reads them: the wire
 * (`src/protocol`), what is stored (`cache.ts`), the public methods, and the bridge to the late chunk (`bridge.ts`).
 */
const internalNames = [
  ...['adopt', 'ask', 'askAnew', 'cancel', 'choose', 'clear', 'consentNow', 'decisions', 'drop', 'forgetToken', 'giveUp'],
  ...['isPainted', 'keep', 'keepToken', 'onAnswer', 'onFailure', 'onFallback', 'onSettled', 'onWaiting'],
  ...['read', 'scan', 'setFailures', 'settle', 'stop', 'tokenNow', 'visitor', 'cache'],
]

/** Tried one by one against the size after brotli: what makes the text shorter often makes it compress worse. */
const compress = {
  ...{ passes: 2, inline: 0, hoist_funs: true, negate_iife: false, loops: false, lhs_constants: false },
  ...{ unsafe: true, unsafe_comps: true, pure_getters: true },
}

const minify = terser({
  ecma: 5,
  compress,
  mangle: { properties: { regex: new RegExp(`^(${internalNames.join('|')})$`) } },
  format: { comments: false },
})

/**
 * The tag is ES5: the TVs of 2016 run that, and it costs no bytes (1,406 against 1,445 B as ES2015, brotli). Its source
 * map is beside it but not named in it: the comment would cost every page 40 bytes.
 */
const tag = (input, file, plugins) => ({
  input,
  output: { file, format: 'iife', sourcemap: plugins.length > 0 ? 'hidden' : true, indent: false, strict: false },
  plugins: [typescript({ tsconfig: 'tsconfig/tag.json', noEmitOnError: true }), ...plugins],
})

export default [
  tag('src/tag.ts', 'dist/prepaint.js', [minify]),
  tag('src/late/tag.ts', 'dist/prepaint-late.js', [minify]),
  tag('src/tag.ts', 'dist/debug/prepaint.js', []),
  tag('src/late/tag.ts', 'dist/debug/prepaint-late.js', []),
  {
    input: { index: 'src/index.ts', engine: 'src/engine/index.ts', protocol: 'src/protocol/index.ts' },
    output: { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: 'chunks/[name].js' },
    plugins: [
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
