import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { brotliBytes } from '../../scripts/dist-readme.mjs'
import { loadCatalog } from '../../server/src/catalog/load.ts'
import { runCommand } from '../../server/test/support/run-command.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')
const readme = read('README.md')
const figures = read('docs/figures.md')
const sdk = read('docs/sdk.md')

/** Returns the first group of each match, sorted. */
function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name as string).sort()
}

/** Returns the cells of each row that begins with a name in backticks. */
function rowsOf(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
}

/** Returns the rows of the first table after a heading. */
function tableAfter(text: string, heading: string): string[][] {
  const [table = ''] = /\|[\s\S]*?\n(?!\|)/.exec(text.split(`\n## ${heading}\n`)[1] ?? '') ?? []
  return rowsOf(table)
}

test('the tag stands within the first 15 lines', () => {
  const line = readme.split('\n').findIndex((text) => text.includes('<script src="/pp/prepaint.js"'))
  expect(line + 1).toBeGreaterThan(0)
  expect(line + 1).toBeLessThanOrEqual(15)
})

test("the command queue in the README is the package's", () => {
  expect(readme).toContain(`<script>${read('dist/prepaint-stub.js').trim()}</script>`)
})

test('the sizes that are told are those of the built files', () => {
  const [tag, late] = [brotliBytes('prepaint.js'), brotliBytes('prepaint-late.js')]
  expect(figures).toContain(`brotli | **${tag} B** |`)
  expect(figures).toContain(`brotli | ${late} B |`)
  expect(readme).toContain(`| ${tag.toLocaleString('en')} B, then ${late.toLocaleString('en')} B after the first paint |`)
  const over = `${tag - 3_328} `
  expect(figures).toContain(`The tag has ${over}bytes too many`)
  expect(read('CONTRIBUTING.md')).toContain(`has ${over}more`)
})

test('docs/figures.md has every figure that `npm run bench` measures, and no other', () => {
  const measured = readdirSync(new URL('bench/figures', root)).map((name) => read(`bench/figures/${name}`))
  // These have one row for all browsers.
  const ofBrowsers = ['flicker.originalFrames', 'spa.originalFrames', 'spa.shownPct', 'spa.latePct', 'spa.hiddenMs'].map(
    (name) => `${name}.chromium`,
  )
  const told = all(figures, /^\| `([\w.]+)`/gm)
  expect(told).toEqual([...all(measured.join('\n'), /name: '(\w+\.[\w.]+)'/g), ...ofBrowsers].sort())
})

test("the README's figures are five of them, each with the same words and values", () => {
  const told = rowsOf(readme).filter(([name = '']) => /^`\w+\./.test(name))
  expect(told).toHaveLength(5)
  const same = rowsOf(figures.replaceAll('](#', '](docs/figures.md#'))
  for (const row of told) expect(same).toContainEqual(row)
})

test('a figure is called missed, with a cause, if a value that was seen is beyond its target; then it is bold', () => {
  for (const [name, seen = '', target = '', result = ''] of rowsOf(figures)) {
    const limit = Number(/[\d.]+/.exec(target)?.[0])
    const values = all(seen, /(\d[\d.]*)/g).map(Number)
    const isMissed = values.some((value) => (target.startsWith('≥') ? value < limit : value > limit))
    expect([name, seen.includes('**'), /missed.*\[cause\]\(#[\w-]+\)/.test(result)]).toEqual([name, isMissed, isMissed])
    if (!isMissed) expect([name, result]).toEqual([name, values.length === 0 ? 'not measured' : 'met'])
  }
})

test('the filmstrip is at most 200 KB', () => {
  expect(readFileSync(new URL('docs/filmstrip.png', root)).length).toBeLessThanOrEqual(200_000)
})

test("the README's catalog is a valid one", async () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const file = join(await mkdtemp(join(tmpdir(), 'prepaint-readme-')), 'catalog.yaml')
  await writeFile(file, yaml)
  await expect(loadCatalog(file)).resolves.toMatchObject({ name: 'shop' })
})

test('the pieces of a catalog in docs/concepts.md are a valid one together', async () => {
  const pieces = [...read('docs/concepts.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text)
  const file = join(await mkdtemp(join(tmpdir(), 'prepaint-concepts-')), 'catalog.yaml')
  await writeFile(file, `site: shop\norigins: [https://www.shop.example]\n${pieces.join('')}`)
  await expect(loadCatalog(file)).resolves.toMatchObject({ name: 'shop' })
})

test('the goals in docs/measure.md are valid, and its picture is at most 150 KB', async () => {
  const goals = /```yaml\n([\s\S]*?)```/.exec(read('docs/measure.md'))?.[1] ?? ''
  const file = join(await mkdtemp(join(tmpdir(), 'prepaint-measure-')), 'catalog.yaml')
  await writeFile(file, `site: shop\norigins: [https://www.shop.example]\nslots: { hero: {} }\n${goals}`)
  await expect(loadCatalog(file)).resolves.toMatchObject({ name: 'shop' })
  expect(readFileSync(new URL('docs/pictures/report.png', root)).length).toBeLessThanOrEqual(150_000)
})

test("docs/sdk.md has the tag's attributes and the options of createClient, and no others", () => {
  const options = all(/interface ClientOptions \{([\s\S]*?)\n\}/.exec(read('src/client/config.ts'))?.[1] ?? '', /^ {2}(\w+)\??:/gm)
  // What the tag reads beside them: the text of an attribute, and those that an app has no use for.
  const own = all(/Config & \{([^}]*)\}/.exec(read('src/tag/tag.ts'))?.[1] ?? '', /(\w+)\?:/g)
  const ofTag = all(/interface Config extends [\s\S]*?\{([\s\S]*?)\n\}/.exec(read('src/client/config.ts'))?.[1] ?? '', /^ {2}(\w+)\?:/gm)
  const attributes = [...options, ...own, ...ofTag].map((name) => `\`data-${name.replace(/Ms$/, '')}\``)
  const told = tableAfter(sdk, 'Attributes of the tag')
  expect(told.map(([name]) => name).sort()).toEqual([...new Set(attributes)].sort())
  expect(all(told.map(([, option]) => option).join(), /`(\w+)`/g)).toEqual(options)
})

test('docs/sdk.md has every method of a client, and says which the tag carries out late', () => {
  const methods = all(/interface Client<[\s\S]*?\n\}/.exec(read('src/sdk/npm-client.ts'))?.[0] ?? '', /^ {2}(\w+)[<(]/gm)
  const rows = sdk.split('\n').filter((line) => /^\|.*\| `\w+\([^`]*\)` \|/.test(line))
  expect(all(rows.join('\n'), /`(\w+)\(/g)).toEqual(methods)
  const late = /DEFERRED = '([\w ]+)'/.exec(read('src/client/global.ts'))?.[1]?.split(' ').sort()
  expect(all(rows.filter((row) => row.endsWith('| late |')).join('\n'), /`(\w+)\(/g)).toEqual(late)
})

test('docs/sdk.md has every event that listeners hear, and every event of ours that is reported', () => {
  const heard = all(/interface ClientEvents \{([\s\S]*?)\n\}/.exec(read('src/late/events.ts'))?.[1] ?? '', /^ {2}(\w+):/gm)
  expect(tableAfter(sdk, 'Listen').map(([name]) => name?.replaceAll('`', '')).sort()).toEqual(heard)
  const sources = readdirSync(new URL('src', root), { recursive: true }).map(String).filter((name) => name.endsWith('.ts'))
  const reported = all(sources.map((name) => read(`src/${name}`)).join('\n'), /(?:event: |track\()'(pp:[\w-]+)'/g)
  expect(tableAfter(sdk, 'Track').map(([name]) => name?.replaceAll('`', '')).sort()).toEqual([...new Set(reported)])
})

test('docs/events.md has every known event and each of its properties', () => {
  const [shop = '', player = ''] = ['commerce', 'media'].map((kind) => read(`src/sdk/${kind}-events.ts`))
  const told = read('docs/events.md')
  const names = (text: string) => all(text, /^ {2}'([A-Z][^']+)': OpenProperties/gm)
  expect(rowsOf(told).map(([name]) => name?.replaceAll('`', '')).sort()).toEqual([...names(shop), ...names(player)].sort())
  const [, ofShops = '', ofPlayers = ''] = told.split(/^## /m)
  const untold = (code: string, text: string) => all(code, /^ {2}(\w+)\?:/gm).filter((name) => !text.includes(`\`${name}\``))
  expect([untold(shop, ofShops), untold(player, ofPlayers)]).toEqual([[], []])
})

/** The documents that people read, but for those that are written by a program. */
const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CHANGELOG.md', 'server/README.md'],
  ...readdirSync(new URL('docs', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** Returns the command lines of prepaint-server in a document: the command, and the options that it is given. */
function commandLinesOf(document: string): [name: string, options: string[]][] {
  const lines = all(read(document), /(?<=^|[`\s])prepaint-server ((?:catalog |profiles |tv )?[a-z]+[^`\n#]*)/gm)
  return lines.map((line) => [
    /^(?:catalog |profiles |tv )?[a-z]+/.exec(line)?.[0] ?? '',
    line.match(/(?<= )--[a-z-]+/g) ?? [],
  ])
}

test('every command of prepaint-server in the documents exists, with its options', async () => {
  const help = async (...words: string[]) => (await runCommand([...words, '--help'])).stdout
  const known = new Map<string, string>()
  for (const name of all(await help(), /^ {2}(\w+(?: \w+)?)(?= +)/gm)) known.set(name, await help(...name.split(' ')))
  const told = documents.flatMap((document) =>
    commandLinesOf(document).map(([name, options]) => ({ document, name, options })),
  )
  expect(told.length).toBeGreaterThan(40)
  const wrong = told.filter(({ name, options }) => {
    const text = known.get(name)
    return text === undefined || options.some((option) => !text.includes(`  ${option} `))
  })
  expect(wrong).toEqual([])
})

test('every link between the documents leads to a file, and its fragment to a heading', () => {
  const broken: string[] = []
  for (const document of documents) {
    for (const link of all(read(document), /\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = '', fragment] = link.split('#')
      const target = path ? join(dirname(document), path) : document
      const slugs = (text: string) => all(text, /^#+ (.*)/gm).map((title) => title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'))
      if (!existsSync(new URL(target, root)) || (fragment && !slugs(read(target)).includes(fragment))) broken.push(`${document}: ${link}`)
    }
  }
  expect(broken).toEqual([])
})

test('every path of a module or test in the documents leads to a file', () => {
  const roots = ['', 'src/', 'server/', 'server/src/', 'server/test/', 'test/']
  const isThere = (path: string) =>
    roots.some((from) => ['', '.ts'].some((end) => existsSync(new URL(from + path + end, root))))
  // Entries of packages, files of a data directory and of other repositories, what is written when needed, and media types.
  const others = /^(prepaint|packages|out|application|text)\/|^profiles\/data\.mdb$/
  // The folders of what is to come, in ARCHITECTURE.md.
  const planned = /comes: (?:`[^`]+`(?:,\s)?)+\./
  const broken = documents.flatMap((document) =>
    all(read(document).replace(planned, ''), /`([a-z][\w.-]*(?:\/[\w.-]+)+\/?)`/g)
      .filter((path) => !others.test(path) && !isThere(path))
      .map((path) => `${document}: ${path}`),
  )
  expect(broken).toEqual([])
})

test('docs/README.md names every document', () => {
  const index = read('docs/README.md')
  const others = documents.filter((name) => name.startsWith('docs/') && name !== 'docs/README.md')
  expect(others.filter((name) => !index.includes(`(${name.replace('docs/', '')})`))).toEqual([])
})

test('server/README.md names every metric', () => {
  const sources = readdirSync(new URL('server/src', root), { recursive: true }).map(String).filter((name) => name.endsWith('.ts'))
  const metrics = sources.flatMap((name) => all(read(`server/src/${name}`), /metrics\.(?:counter|durations|gauges?)\(\s*'(\w+)'/g))
  expect(metrics.length).toBeGreaterThan(15)
  const text = read('server/README.md')
  expect(metrics.filter((name) => !text.includes(`\`prepaint_${name}`))).toEqual([])
})
