import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Definitions } from '../../../src/profiles/features/definitions.ts'
import { addRows, EMPTY_CHECKSUM } from '../../../src/stores/copy/checksum.ts'
import { type CopiedLog, type CopiedRow, type CopyEnd, CopyError } from '../../../src/stores/copy/copy-end.ts'
import { type CopyOptions, copyProfiles } from '../../../src/stores/copy/copy-profiles.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const DAY_S = 86_400
const DEFINITIONS: Definitions = new Map([['site', { features: [], at: { epoch: 1, offset: 7 }, writtenUs: 1 }]])
const LOGS: CopiedLog[] = [{ log: 'log', epoch: 1, offset: 100 }]

const row = (id: number, more: Partial<CopiedRow> = {}): CopiedRow => ({
  site: 'site',
  visitorId: `v${id}`,
  bytes: Buffer.from(`profile ${id}`),
  position: { epoch: 1, offset: id, writtenUs: 1 },
  ttlS: DAY_S,
  ...more,
})
const rowsOf = (count: number): CopiedRow[] => Array.from({ length: count }, (_, id) => row(id))

/** A store in memory, which is read two rows at a time. */
function endOf(rows: CopiedRow[] = [], hasPositions = false) {
  const steps: string[] = []
  const end: CopyEnd = {
    hasPositions,
    remedy: 'empty it',
    async *read(place = '0') {
      steps.push(`read from ${place}`)
      for (let at = Number(place); at < rows.length; at += 2) {
        yield { rows: rows.slice(at, at + 2), place: `${at + 2}`, share: Math.min(1, (at + 2) / rows.length) }
      }
    },
    async write(some) {
      steps.push(`write ${some.length}`)
      for (const one of some) {
        const index = rows.findIndex(({ visitorId }) => visitorId === one.visitorId)
        if (index < 0) rows.push(one)
        else rows[index] = one
      }
    },
    logs: async () => LOGS,
    async setLogs(logs) {
      steps.push(`logs ${JSON.stringify(logs)}`)
    },
    definitions: async () => DEFINITIONS,
    async setDefinitions(definitions) {
      steps.push(`definitions of ${[...definitions.keys()].join()}`)
    },
    close: async () => undefined,
  }
  return { end, rows, steps }
}

async function prepare(from: ReturnType<typeof endOf>, to: ReturnType<typeof endOf>, more: Partial<CopyOptions> = {}) {
  const progress: [step: string, count: number, share: number][] = []
  const options: CopyOptions = {
    from: { name: 'from', end: from.end },
    to: { name: 'to', end: to.end },
    stateFile: join(await temporaryDirectory(), 'state.json'),
    onProgress: ({ step, count, share }) => progress.push([step, count, share]),
    isEnded: () => false,
    ...more,
  }
  return { options, progress }
}

test('an empty store is copied: its log goes on where it was', async () => {
  const [from, to] = [endOf(), endOf()]
  const { options, progress } = await prepare(from, to)
  expect(await copyProfiles(options)).toEqual({ ...EMPTY_CHECKSUM, ended: 0, isResumed: false })
  expect([to.steps.at(-1), progress, existsSync(options.stateFile)]).toEqual([
    `logs ${JSON.stringify(LOGS)}`,
    [],
    false,
  ])
})

test('all rows are copied and then read again, and only then folding may go on there', async () => {
  const [from, to] = [endOf(rowsOf(5)), endOf()]
  const { options, progress } = await prepare(from, to)
  expect(await copyProfiles(options)).toEqual({ ...addRows(EMPTY_CHECKSUM, from.rows), ended: 0, isResumed: false })
  expect(to.rows).toEqual(from.rows)
  expect(to.steps).toEqual([
    'read from 0',
    'write 2',
    'write 2',
    'write 1',
    'read from 0',
    'definitions of site',
    `logs ${JSON.stringify(LOGS)}`,
  ])
  expect(progress).toEqual([
    ['copying', 2, 0.4],
    ['copying', 4, 0.8],
    ['copying', 5, 1],
    ['verifying', 2, 0.4],
    ['verifying', 4, 0.8],
    ['verifying', 5, 1],
  ])
})

test('a profile that has less than a day to live is left, and counted', async () => {
  const to = endOf()
  const lives = [DAY_S - 1, DAY_S, 1, DAY_S + 1]
  const { options } = await prepare(endOf(lives.map((ttlS, id) => row(id, { ttlS }))), to)
  expect(await copyProfiles(options)).toMatchObject({ count: 2, ended: 2 })
  expect(to.rows.map(({ visitorId }) => visitorId)).toEqual(['v1', 'v3'])
})

test('a copy that is ended after each piece comes to its end, and writes no row twice', async () => {
  const [from, to] = [endOf(rowsOf(5)), endOf()]
  const { options } = await prepare(from, to, { isEnded: () => true })
  for (const count of [2, 4, 5]) {
    await expect(copyProfiles(options)).rejects.toThrow(`ended after ${count} profiles: run it again to go on`)
  }
  await expect(copyProfiles(options)).rejects.toThrow('ended while verifying: run it again to go on')
  expect(to.steps.filter((step) => step.startsWith('logs'))).toEqual([])
  expect(await copyProfiles({ ...options, isEnded: () => false })).toMatchObject({ count: 5, isResumed: true })
  expect(from.steps).toEqual([0, 2, 4, 6, 6].map((place) => `read from ${place}`))
  expect(to.steps.filter((step) => step.startsWith('write'))).toEqual(['write 2', 'write 2', 'write 1'])
})

test('a piece that was not kept is written again, and counted once', async () => {
  const [from, to] = [endOf(rowsOf(3)), endOf()]
  const { options } = await prepare(from, to)
  let fails = true
  const failing: CopyEnd = {
    ...to.end,
    async write(rows) {
      await to.end.write(rows.slice(0, 1))
      if (fails) throw new Error('the disk is full')
      await to.end.write(rows)
    },
  }
  const failingOptions = { ...options, to: { name: 'to', end: failing } }
  // Its first row is there, and no state says so: nothing tells it from somebody else's.
  await expect(copyProfiles(failingOptions)).rejects.toThrow('the disk is full')
  await expect(copyProfiles(failingOptions)).rejects.toThrow('to holds profiles already: empty it')
  to.rows.length = 0
  fails = false
  expect(await copyProfiles(failingOptions)).toMatchObject({ count: 3 })
})

test('a target that holds a profile is refused before anything is written, one with empty pieces is not', async () => {
  const { options } = await prepare(endOf(rowsOf(1)), endOf(rowsOf(1)))
  await expect(copyProfiles(options)).rejects.toThrow('to holds profiles already: empty it')
  expect(existsSync(options.stateFile)).toBe(false)
  const empty = endOf()
  let isFirst = true
  const hollow: CopyEnd = {
    ...empty.end,
    async *read(place) {
      if (isFirst) yield { rows: [], place: '0', share: 1 }
      isFirst = false
      yield* empty.end.read(place)
    },
  }
  expect(await copyProfiles({ ...options, to: { name: 'to', end: hollow } })).toMatchObject({ count: 1 })
})

test.each([
  ['at its progress', { epoch: 1, offset: 100 }, false, false],
  ['behind its progress', { epoch: 1, offset: 101 }, false, true],
  ['behind its progress, into a store that keeps places', { epoch: 1, offset: 101 }, true, false],
  ['of another log', { epoch: 2, offset: 101 }, false, false],
])('a row that is %s is refused or not', async (_name, at, hasPositions, isRefused) => {
  const ahead = row(0, { position: { ...at, writtenUs: 1 } })
  const from = endOf([row(1), ahead])
  from.end.logs = async () => [{ log: 'before', epoch: 0, offset: 5 }, ...LOGS]
  const { options } = await prepare(from, endOf([], hasPositions))
  const copied = copyProfiles(options)
  if (!isRefused) return void expect(await copied).toMatchObject({ count: 2 })
  await expect(copied).rejects.toThrow('folded further than its progress says')
  await expect(copied).rejects.toThrow(CopyError)
})

test.each<[string, (rows: CopiedRow[]) => void]>([
  ['lacks a row', (rows) => void rows.pop()],
  ['has a row more', (rows) => void rows.push(row(9))],
  ['has another row', (rows) => void rows.splice(0, 1, row(0, { bytes: Buffer.from('x') }))],
])('a copy that %s differs: folding does not go on there', async (_name, change) => {
  const to = endOf()
  const { options } = await prepare(endOf(rowsOf(2)), to, {
    onProgress: ({ step }) => void (step === 'copying' && change(to.rows)),
  })
  await expect(copyProfiles(options)).rejects.toThrow('the copy differs: 2 profiles')
  expect([to.steps.some((step) => step.startsWith('logs')), existsSync(options.stateFile)]).toEqual([false, true])
})
