import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { text as textOf } from 'node:stream/consumers'
import fc from 'fast-check'
import { decide } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { createReadAside } from '../../src/catalog/aside.ts'
import { type AsideRequest, prepareAside, startProcess } from '../../src/catalog/aside-process.ts'
import { packedLines, problemLines, sameLines } from '../../src/catalog/packed.ts'
import { prepareCatalog } from '../../src/catalog/prepare.ts'
import { CatalogError } from '../../src/catalog/problem.ts'

const TEXT = JSON.stringify({
  site: 'agency',
  origins: ['https://www.brand.example'],
  slots: { headline: {} },
  groups: { early: ['spring', 'ünïcode'] },
  features: { looked: { kind: 'count', event: 'Product Viewed', within: '3d' } },
  audiences: Object.fromEntries(
    Array.from({ length: 300 }, (_none, index) => [
      `a${index}`,
      { 'page.campaign': { $regex: `^c${index}$` }, 'page.source': { $inGroup: 'early' }, 'features.looked': 0 },
    ]),
  ),
  experiences: Array.from({ length: 300 }, (_none, index) => ({
    id: `e${index}`,
    slot: 'headline',
    audience: `a${index}`,
    variants: [{ id: 'a', do: [{ text: `Größe ${index}` }] }],
  })),
})
const { prepared } = prepareCatalog(TEXT, 'c.yaml')
const LINES = Buffer.from([...packedLines(prepared)].map((line) => `${line}\n`).join(''))

const request = (text = TEXT): AsideRequest => ({
  bytes: Buffer.from(text),
  file: 'c.yaml',
  assignments: undefined,
  version: undefined,
})

async function* chunksOf(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  let from = 0
  for (let index = 0; from < bytes.length; index++) {
    const length = lengths[index % lengths.length] as number
    yield await Promise.resolve(bytes.subarray(from, from + length))
    from += length
  }
}

const read = (bytes: Uint8Array, lengths = [65_536]) =>
  createReadAside(() => chunksOf(bytes, lengths))(request(), () => undefined)

const reading = (text: string, args?: readonly string[]) =>
  createReadAside((asked) => prepareAside(asked, args && (() => spawn(process.execPath, args))))(
    request(text),
    () => undefined,
  )

test('a catalog is the same after its way between processes, wherever its bytes are cut', async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(lengths, async (cuts) => {
      const site = await read(LINES, cuts)
      expect(site?.catalog).toEqual(prepared.catalog)
      expect(site?.assignments).toBe(prepared.assignments)
    }),
    { numRuns: 20, examples: [[[1]], [[16_384]]] },
  )
})

test('its patterns find the same texts', async () => {
  const site = await read(LINES)
  const shown = (campaign: string): string | undefined => {
    const page = { path: '/', campaign, source: 'ünïcode', referrer: '', device: 'desktop', language: 'de' } as const
    const visitor = { id: 'v', traits: {}, events: {}, pageViews: 0, features: {} }
    return site && decide(site.compiled, { page, nowMs: 0, visitor })[0]?.experience?.id
  }
  expect(['c7', 'c299', 'c300', 'C7'].map(shown)).toEqual(['e7', 'e299', undefined, undefined])
})

test('its lines are short, so that none keeps decisions waiting', () => {
  const longest = Math.max(...[...packedLines(prepared)].map(({ length }) => length))
  expect(longest).toBeLessThan(20_000)
})

test('an answer that ends before its last line is no catalog', async () => {
  for (const length of [0, 100, LINES.length - 1, LINES.length - 8])
    await expect(read(LINES.subarray(0, length))).rejects.toThrow('ended before its answer')
})

test('a mistake and an unchanged version come back as such', async () => {
  const bytes = (lines: string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`)
  const problem = { file: 'c.yaml', line: 3, column: 4, message: 'is wrong' }
  await expect(read(bytes(problemLines([problem])))).rejects.toEqual(new CatalogError([problem]))
  expect(await read(bytes(sameLines()))).toBeUndefined()
})

test('a process that prepares catalogs gives what is prepared here', async () => {
  const site = await reading(TEXT)
  expect(site?.catalog).toEqual(prepared.catalog)
  await expect(reading('site: [')).rejects.toThrow(CatalogError)
}, 60_000)

test('a process that is killed, fails or runs out of memory is told, and leaves the catalog as it was', async () => {
  const ends: [program: string, message: RegExp][] = [
    ['process.kill(process.pid, "SIGKILL")', /was ended by SIGKILL/],
    ['process.stdout.write(`["head",{"na`, () => process.kill(process.pid, "SIGKILL"))', /was ended by SIGKILL/],
    ['throw new Error("it is broken")', /was ended by exit code 1: [^]*it is broken/],
    ['console.error("JavaScript heap out of memory"); process.abort()', /takes more than 512 MB of memory/],
  ]
  for (const [program, message] of ends)
    await expect(reading(TEXT, ['-e', program])).rejects.toMatchObject({
      problems: [{ file: 'c.yaml', line: 0, message: expect.stringMatching(message) as string }],
    })
}, 60_000)

test('the process has a lower priority than decisions', async () => {
  const program = 'process.stdin.resume().once("end", () => console.log(require("node:os").getPriority()))'
  const child = startProcess(['-e', program])
  // It answers once its priority is set.
  child.stdin.end()
  expect(Number(await textOf(child.stdout))).toBe(constants.priority.PRIORITY_BELOW_NORMAL)
})
