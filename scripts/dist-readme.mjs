// Writes dist/README.md: what each published file is for, what it weighs and its SRI hash. `npm run build` runs it.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)

/** Every file that somebody loads by its name. */
const purposes = {
  'prepaint.js': 'the tag: everything that runs before the first paint (ES5, minified)',
  'prepaint-late.js': 'the late chunk: delivery of events, reports; loaded by the tag after the first paint',
  'prepaint-api.js':
    'the calls that most pages never make (`decide`, `content`, `on`, `ready`, `destroy`); loaded by the late chunk at the first',
  'prepaint-tv.js':
    'live slots, which change while the page is open; loaded by the late chunk if an answer has a plan of TV',
  'prepaint-vitals.js': 'Core Web Vitals, with `data-vitals` only; loaded by the chunk of the rarer calls',
  'prepaint-stub.js': 'the command queue, inline before the tag',
  'debug/prepaint.js': 'the tag, not minified',
  'debug/prepaint-late.js': 'the late chunk, not minified',
  'debug/prepaint-api.js': 'the chunk of the rarer calls, not minified',
  'debug/prepaint-tv.js': 'the TV chunk, not minified',
  'debug/prepaint-vitals.js': 'the vitals chunk, not minified',
  'index.js': 'npm entry `prepaint`: `createClient`',
  'engine.js': 'npm entry `prepaint/engine`: catalog and context in, decisions out',
  'protocol.js': 'npm entry `prepaint/protocol`: the wire',
  'testing.js': 'npm entry `prepaint/testing`: a pretended service, for tests with msw',
}

/** Size in bytes after brotli at its best (quality 11), as CDNs precompress. */
export function brotliBytes(name) {
  return brotliCompressSync(readFileSync(new URL(name, dist))).length
}

function integrity(name) {
  return `sha384-${createHash('sha384')
    .update(readFileSync(new URL(name, dist)))
    .digest('base64')}`
}

/** The text of dist/README.md for the files that are there now. */
export function distReadme() {
  const rows = Object.entries(purposes).map(([name, purpose]) => {
    const bytes = readFileSync(new URL(name, dist)).length.toLocaleString('en')
    return `| \`${name}\` | ${purpose} | ${bytes} | ${brotliBytes(name).toLocaleString('en')} | \`${integrity(name)}\` |`
  })
  return [
    '# dist',
    '',
    'Built by `npm run build`, the same to the byte on every machine; a test holds this page to the files.',
    'The late, API, TV and vitals chunks stand here twice: a tag asks for the copy with the SHA-256 in its name',
    '(`prepaint-late.<digest>.js`), which its script also has as `integrity`.',
    '',
    '| file | purpose | bytes | brotli | integrity |',
    '|---|---|---:|---:|---|',
    ...rows,
    '',
  ].join('\n')
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(new URL('README.md', dist), distReadme())
