import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { spliceInsert } from '../support/scte35.ts'
import { TV_CATALOG } from '../support/tv-catalog.ts'

const DATA = fileURLToPath(new URL('../../../test/data/tv/', import.meta.url))
const AT = ['--at', '2026-10-01T00:00:00Z']
const LISTING = `<tv>
<programme start="20260930180000" stop="20260930190000" channel="one.uk"><title>A</title></programme>
<programme start="20260930200000" stop="20260930193000" channel="one.uk"><title>B</title></programme>
</tv>`

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-tv-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(directory, name)
  await writeFile(file, content)
  return file
}

interface Report {
  format: string
  airings: number
  breaks: number
  spots: number
  errors: number
  counts: object
  feeds: object
  findings: { code: string; line?: number; severity: string }[]
}

async function lint(...args: string[]): Promise<{ code: number; inputs: Report[] }> {
  const { code, stdout } = await runCommand(['tv', 'lint', ...args, '--json'])
  return { code, ...(JSON.parse(stdout) as { inputs: Report[] }) }
}

test('findings are told as compilers tell theirs, and a summary says what was read of which time', async () => {
  const [file, catalog] = [await write('a.xml', LISTING), await write('catalog.yaml', TV_CATALOG)]
  const { code, stdout } = await runCommand(['tv', 'lint', file, '--catalog', catalog, ...AT])
  expect(code).toBe(1)
  expect(stdout.split('\n')).toEqual([
    `${file}:2: warning xmltv_no_zone: one has times without a zone: Europe/London is taken`,
    `${file}:3: error tv_negative: one starts at 2026-09-30T19:00:00.000Z, after it stops`,
    `${file}: xmltv, 1 programmes, 0 breaks, 0 commercials; 1 xmltv_no_zone (warning), 1 tv_negative (error)`,
    '  one: 2026-09-30T17:00:00.000Z to 2026-09-30T18:00:00.000Z',
    '',
  ])
})

test('without a catalog each channel is a feed, in a zone that can be said; compressed files are read, too', async () => {
  const file = await write('b.xml.gz', gzipSync(LISTING))
  const { inputs } = await lint(file, '--zone', 'Asia/Tokyo', ...AT)
  expect(inputs[0]?.feeds).toEqual({ 'one.uk': { from: '2026-09-30T09:00:00.000Z', to: '2026-09-30T10:00:00.000Z' } })
})

test('all formats are read in one run, each known by its content', async () => {
  const log = await write('log', 'feed,timestamp,spot,duration\none,2026-09-30T18:00:00Z,A,30\n')
  const message = await write('message', spliceInsert(7, { isOut: true, durationMs: 60_000 }))
  const files = [log, message, join(DATA, 'scte35-base64.txt'), join(DATA, 'hls/SCTE-35_06.m3u8')]
  const { code, inputs } = await lint(...files, ...AT)
  expect(code).toBe(1)
  expect(inputs.map(({ format, breaks, spots, errors }) => [format, breaks, spots, errors])).toEqual([
    ['csv', 0, 1, 0],
    ['scte35', 1, 0, 0],
    ['scte35-text', 10, 3, 1],
    ['hls', 2, 0, 0],
  ])
  expect(inputs[2]?.findings).toContainEqual(
    expect.objectContaining({ code: 'scte35_crc', line: 3, severity: 'error' }),
  )
})

test('of a thousand equal findings twenty are told, and all are counted', async () => {
  const rows = Array.from({ length: 1_000 }, () => 'one,tomorrow,A,30')
  const file = await write('c.csv', `feed,timestamp,spot,duration\n${rows.join('\n')}`)
  const { inputs } = await lint(file, ...AT)
  expect([inputs[0]?.findings.length, inputs[0]?.counts]).toEqual([20, { csv_value: 1_000 }])
})

test('a file that cannot be read to its end is told with a code, and the others are read', async () => {
  const bomb = await write('bomb.xml', '<!DOCTYPE tv [<!ENTITY a "a">]><tv/>')
  const latin1 = await write('latin1.xml', Buffer.from('<tv><!-- ü --></tv>', 'latin1'))
  const { code, inputs } = await lint(bomb, latin1, join(DATA, 'hls/SCTE-35_01.m3u8'))
  expect([code, inputs.map(({ counts }) => counts)]).toEqual([
    1,
    [{ xmltv_dtd: 1 }, { tv_encoding: 1 }, { hls_no_date: 1 }],
  ])
  expect((await lint(latin1, '--encoding', 'latin1')).code).toBe(0)
})

test('control characters of a file reach no terminal', async () => {
  const file = await write('d.csv', 'feed,timestamp,spot,duration\none,\u001b[2J,A,30\n')
  expect((await runCommand(['tv', 'lint', file])).stdout).not.toContain('\u001b')
})

test.each([
  [[], 'name at least one FILE'],
  [['/nowhere.xml'], 'ENOENT'],
  [['a', '--catalog', '/nowhere.yaml'], '/nowhere.yaml: cannot be read (ENOENT)'],
  [['a', '--map', '/nowhere.yaml'], '--map /nowhere.yaml: ENOENT'],
  [['a', '--at', 'soon'], '--at must be an instant'],
  [['a', '--from', '2026-10-01'], '--from and --to belong together'],
  [['a', '--source', 'rumour'], '--source must be as-run or schedule'],
])('tv lint refuses %j', async (args, message) => {
  const { code, stderr } = await runCommand(['tv', 'lint', ...args])
  expect([code > 0, stderr]).toEqual([true, expect.stringContaining(message)])
})
