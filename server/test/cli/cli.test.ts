import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { createSnippet } from '../../src/snippet/tag.ts'
import { runCommand } from '../support/run-command.ts'
import { CATALOG, PAGE, temporaryDirectory } from '../support/start-service.ts'

const FIXTURE = fileURLToPath(new URL('../support/cli-fixture.ts', import.meta.url))

function spawnCli(args: string[], env: NodeJS.ProcessEnv = {}, cwd = process.cwd()) {
  const child = spawn(process.execPath, ['--conditions=source', FIXTURE, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  let all = ''
  for await (const chunk of stream) all += String(chunk)
  return all
}

/** Exit code and output of a command. */
interface Ending {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command to its end. */
async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  const child = spawnCli(args, env)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, stdout, stderr }
}

async function catalogFile(content = CATALOG): Promise<{ directory: string; file: string }> {
  const directory = await temporaryDirectory()
  const file = join(directory, 'catalog.yaml')
  await writeFile(file, content)
  return { directory, file }
}

function ask(url: string, headers: { [name: string]: string } = {}): Promise<Response> {
  const body = JSON.stringify({ v: 1, site: 'agency', consent: 'granted', page: PAGE })
  return fetch(`${url}/v1/decide`, { method: 'POST', body, headers })
}

test('on a Node that is too old the program says which it needs, and ends with 2', async () => {
  const program = fileURLToPath(new URL('../../bin/prepaint-server.mjs', import.meta.url))
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '21.9.0' } })"
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(older)}`, program])
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([code, stderr]).toEqual([2, 'prepaint-server: Node.js 22 or later is needed, this is 21.9.0\n'])
})

test('help names every command and every option', async () => {
  const program = await run(['--help'])
  expect([program.code, program.stdout]).toEqual([0, expect.stringMatching(/start[^]*dev[^]*snippet[^]*config/)])
  expect((await run([])).stdout).toBe(program.stdout)
  const start = await run(['start', '--help'])
  expect([start.code, start.stdout]).toEqual([0, expect.stringMatching(/--catalog FILE[^]*--data DIR[^]*--json/)])
})

test('a bad command line or setting ends with 2 and says why', async () => {
  const unknown = await run(['strat'])
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining('there are init, start, dev, snippet, config, key, link'),
  ])
  const option = await run(['start', '--prot', '1', '--json'])
  expect([option.code, JSON.parse(option.stdout)]).toMatchObject([2, { error: { kind: 'usage' } }])
  const open = await run(['start', '--catalog', 'c.yaml', '--host', '0.0.0.0'])
  expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('PREPAINT_SECRET must be set')])
  const port = await run(['start'], { PREPAINT_CATALOG: 'c.yaml', PREPAINT_PORT: 'http' })
  expect([port.code, port.stderr]).toEqual([2, 'prepaint-server: port must be 0 to 65535\n'])
})

test('config shows what is in effect and where it was set, but for the secret', async () => {
  const { directory, file } = await catalogFile()
  const env = {
    PREPAINT_CATALOG: `${file},other.yaml`,
    PREPAINT_PORT: '5000',
    PREPAINT_BUDGET_MS: '4',
    PREPAINT_SECRET: 's'.repeat(40),
  }
  const options = ['--data', directory, '--budget', '6', '--log-requests']
  const json = await run(['config', '--print', '--json', ...options], env)
  const { settings } = JSON.parse(json.stdout) as { settings: { setting: string; value: unknown; from: string }[] }
  expect(json.code).toBe(0)
  expect(settings).toEqual(
    expect.arrayContaining([
      { setting: 'catalogs', value: [file, 'other.yaml'], from: 'PREPAINT_CATALOG' },
      { setting: 'dataDirectory', value: directory, from: '--data' },
      { setting: 'port', value: 5000, from: 'PREPAINT_PORT' },
      { setting: 'adminPort', value: 5001, from: 'default' },
      { setting: 'budgetMs', value: 6, from: '--budget' },
      { setting: 'logRequests', value: true, from: '--log-requests' },
      { setting: 'secret', value: '********', from: 'PREPAINT_SECRET' },
      { setting: 'sitePerMinute', value: 600_000, from: 'default' },
    ]),
  )
  const readable = await run(['config', '--print', ...options], env)
  expect(readable.stdout).toMatch(/^budgetMs +6 +--budget$/m)
  expect(readable.stdout + json.stdout).not.toContain('sss')
  expect((await run(['config', ...options], env)).stdout).toBe('the settings can be used\n')
  const bad = await run(['config'], { ...env, PREPAINT_LOG_REQUESTS: 'yes' })
  expect([bad.code, bad.stderr]).toEqual([2, 'prepaint-server: PREPAINT_LOG_REQUESTS must be 1 or 0\n'])
})

test('a bad catalog ends with 2 and the list of all its problems', async () => {
  const broken = CATALOG.replace('slot: headline', 'slot: x').replace('slot: masthead', 'slot: y')
  const { directory, file } = await catalogFile(broken)
  const data = join(directory, 'data')
  const readable = await run(['start', '--catalog', file, '--data', data])
  expect(readable.code).toBe(2)
  expect(readable.stderr).toContain(`${file}:13:11: unknown slot x`)
  expect(readable.stderr).toContain(`${file}:21:11: unknown slot y`)
  const json = await run(['start', '--json'], { PREPAINT_CATALOG: file, PREPAINT_DATA: data })
  const problems = [{ line: 13 }, { line: 21 }]
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([2, { error: { kind: 'catalog', problems } }])
})

test('catalog check names each sound file, and everything that is wrong with the others', async () => {
  const { directory, file } = await catalogFile()
  const sound = await runCommand(['catalog', 'check', file])
  expect([sound.code, sound.stdout]).toEqual([0, expect.stringContaining(`${file}: site agency, version `)])
  const featured = join(directory, 'featured.yaml')
  await writeFile(featured, `${CATALOG}features:\n  viewed: { kind: count, event: Viewed, within: 7d }\n`)
  expect((await runCommand(['catalog', 'check', featured])).stdout).toContain(
    ' µs, 1 of 64 features, at most 604 of 8192 bytes a visitor\n',
  )
  const broken = join(directory, 'broken.yaml')
  await writeFile(broken, CATALOG.replace('slot: headline', 'slot: x'))
  const both = await runCommand(['catalog', 'check', file, broken])
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining(`${broken}:13:11: unknown slot x`)])
  const json = await runCommand(['catalog', 'check', '--json', broken])
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
    2,
    { error: { kind: 'catalog', problems: [{ line: 13 }] } },
  ])
  const long = join(directory, 'long.yaml')
  await writeFile(long, CATALOG.padEnd(1_048_577, '\n'))
  const tooLong = await runCommand(['catalog', 'check', long])
  expect([tooLong.code, tooLong.stderr]).toEqual([2, expect.stringContaining('larger than 1048576 bytes')])
  expect((await runCommand(['catalog', 'check', long, '--max-catalog-mb', '2'])).code).toBe(0)
  const published = join(directory, 'published.yaml')
  await writeFile(published, CATALOG.replace('{ id: b }', '{ id: b }, { id: c }'))
  const changed = await runCommand(['catalog', 'check', file, '--against', published])
  expect([changed.code, changed.stdout]).toEqual([
    0,
    expect.stringMatching(
      /a decision costs at most [\d.]+ µs\n.*:23:15: variants or weights of split have changed .*\(warning\)\n$/,
    ),
  ])
  const machine = await runCommand(['catalog', 'check', file, '--against', published, '--json'])
  expect(JSON.parse(machine.stdout)).toMatchObject({
    catalogs: [{ file, site: 'agency', warnings: [{ line: 23, column: 15 }] }],
  })
  const many = await runCommand(['catalog', 'check', file, broken, '--against', published])
  expect([many.code, many.stderr]).toEqual([2, 'prepaint-server: --against compares one FILE\n'])
  const none = await runCommand(['catalog', 'check'])
  expect([none.code, none.stderr]).toEqual([2, 'prepaint-server: name at least one catalog FILE\n'])
  expect((await runCommand(['catalog', 'check', '--help'])).stdout).toContain('prepaint-server catalog check FILE…: ')
})

test('catalog schema prints the schema that editors use', async () => {
  const { code, stdout } = await run(['catalog', 'schema', '--json'])
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { title: 'Prepaint catalog', required: ['site', 'origins', 'slots'] },
  ])
})

test('start answers until it is asked to end, and then ends with 0', async () => {
  const { directory, file } = await catalogFile()
  const child = spawnCli(['start', '--catalog', file, '--data', join(directory, 'data'), '--port', '0', '--json'])
  const exited = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  expect((await ask(url)).status).toBe(200)
  expect((await ask(url, { origin: 'http://localhost:1' })).status).toBe(403)
  const second = await run(['start', '--catalog', file, '--data', join(directory, 'data'), '--port', '0'])
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('another service uses')])
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('dev takes ./catalog.yaml, lets the own machine ask and logs for people', async () => {
  const { directory } = await catalogFile()
  const child = spawnCli(['dev', '--port', '0'], {}, directory)
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const lineWith = async (part: string): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`the log ended before a line with ${part}`)
      if (value.includes(part)) return value
    }
  }
  const url = /http:\/\/[^ ,]+/.exec(await lineWith('Ctrl-C'))?.[0] as string
  expect((await ask(url, { origin: 'http://localhost:8080' })).status).toBe(200)
  expect(await lineWith('/v1/decide')).toMatch(/^\d\d:\d\d:\d\d 200 POST \/v1\/decide [\d.]+ ms agency$/)
  child.kill('SIGINT')
  expect(await exited).toEqual([0, null])
})

test('snippet refuses what it cannot print', async () => {
  const { file } = await catalogFile()
  expect((await run(['snippet'])).stderr).toContain('--catalog FILE is missing')
  const mode = await run(['snippet', '--catalog', file, '--mode', 'cdn'])
  expect([mode.code, mode.stderr]).toEqual([
    2,
    expect.stringContaining('--mode must be one of inline, async, own-origin'),
  ])
  const endpoint = await run(['snippet', '--catalog', file, '--endpoint', 'pp"'])
  expect([endpoint.code, endpoint.stderr]).toEqual([2, expect.stringContaining('--endpoint must be a path')])
})

const catalog = CATALOG.replace('slots:', 'prefix: brand\nslots:').replace('header.masthead', `'a[title="<x>"]'`)
const site = readCatalog(catalog, 'c.yaml')
const runtime = 'go("<&>")\n//# sourceMappingURL=prepaint.js.map\n'

const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`

test('the inline tag is allowed by exactly the hashes that are printed with it', () => {
  const { tag, csp } = createSnippet('inline', { site, endpoint: '/pp', runtime, stub: 'queue()' })
  const scripts = [...tag.matchAll(/<script[^>]*>(.*)<\/script>/g)].map(([, script]) => script as string)
  expect(scripts).toEqual(['queue()', 'go("<&>")'])
  expect(csp).toEqual([`script-src 'self' ${scripts.map(hashOf).join(' ')}`, "connect-src 'self'"])
  const unfit = { site, endpoint: '/pp', runtime: 'x("</SCRIPT>")', stub: '' }
  expect(() => createSnippet('inline', unfit)).toThrow('cannot be inlined')
})

test.each(['own-origin', 'async', 'inline'] as const)(
  'the %s snippet takes calls from the first moment on, also where the tag never comes',
  (mode) => {
    const { tag, csp } = createSnippet(mode, { site, endpoint: '/pp', runtime, stub: 'queue()' })
    expect(tag.startsWith('<script>queue()</script>\n<script ')).toBe(true)
    expect(tag).toContain('data-site="agency"')
    expect(csp[0]).toContain(hashOf('queue()'))
  },
)

test('the tag says what the client must know, safe in an attribute', () => {
  const { tag, nginx, cspTrustedTypes } = createSnippet('own-origin', {
    site,
    endpoint: '/brand/pp',
    runtime,
    stub: 'queue()',
  })
  const slots = '{&quot;masthead&quot;:&quot;a[title=\\&quot;&lt;x&gt;\\&quot;]&quot;}'
  expect(tag).toBe(
    `<script>queue()</script>\n<script src="/brand/pp/prepaint.js" data-site="agency" data-slots="${slots}" data-prefix="brand"></script>`,
  )
  expect(nginx).toContain('location /brand/pp/ {\n  proxy_pass http://127.0.0.1:4310/;')
  expect(cspTrustedTypes).toBe('trusted-types prepaint')
})

/** Libraries that the service needs, and hardly any other command. */
const LIBRARIES = ['cassandra-driver', 'fastify', 'lmdb', 'prom-client', 're2js', 'sanitize-html', 'typebox', 'yaml']

/** Tells on standard error what is imported. */
const TRACE = `import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  const found = next(name, context)
  process.stderr.write(found.url + '\\n')
  return found
} })`

test.each([
  [['--help'], []],
  [['strat'], []],
  [['key', '--help'], []],
  [['openapi', '--help'], ['typebox']],
  // The driver of a cluster is loaded for a cluster's address alone.
  [['start', '--help'], LIBRARIES.filter((name) => name !== 'cassandra-driver')],
  [['migrate', '--help'], ['cassandra-driver']],
])('%j loads the libraries of its own command alone', async (args, libraries) => {
  const child = spawn(process.execPath, [
    '--conditions=source',
    '--import',
    `data:text/javascript,${encodeURIComponent(TRACE)}`,
    FIXTURE,
    ...args,
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect(LIBRARIES.filter((name) => stderr.includes(`/node_modules/${name}/`))).toEqual(libraries)
})
