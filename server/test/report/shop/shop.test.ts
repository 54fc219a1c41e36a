import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openTallies } from '../../../src/consumers/report/open-tallies.ts'
import { buildReport } from '../../../src/report/build-report.ts'
import { openShop } from './drive.ts'
import { toldBy, truthOf } from './truth.ts'
import { madeUpVisitors } from './visitors.ts'

const DAY_MS = 86_400_000

/** The first day of the shop: 2026-03-01. */
const BEGIN_MS = Date.UTC(2026, 2, 1)

/** Of the whole proof, `npm run prove:report`, it is 100,000. */
const VISITORS = Number(process.env['PREPAINT_SHOP_VISITORS'] ?? 1_500)

test('the report of a shop equals what has happened in it, to the visitor', { timeout: 900_000 }, async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'prepaint-shop-'))
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }))
  const seed = Number(process.env['PREPAINT_SHOP_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
  let toldMs = performance.now()
  const onProgress = (share: number): void => {
    if (process.env['PREPAINT_SHOP_PROGRESS'] === undefined || performance.now() - toldMs < 5_000) return
    toldMs = performance.now()
    process.stderr.write(`${Math.floor(share * 100)} % of the days are over\n`)
  }
  const visitors = madeUpVisitors(VISITORS, 20, seed)
  const shop = await openShop({ visitors, dataDirectory, beginMs: BEGIN_MS, killAt: VISITORS * 2, onProgress })
  onTestFinished(shop.close)
  const truth = truthOf(shop.stories)
  const tallies = openTallies(join(dataDirectory, 'reports'))
  onTestFinished(tallies.close)
  const told = (): unknown => {
    const counted = tallies.tallies('shop')
    return counted && toldBy(buildReport(counted, { atMs: BEGIN_MS + 40 * DAY_MS, interval: 'always_valid' }))
  }
  await expect
    .poll(told, { timeout: 60_000, interval: 200, message: `again by PREPAINT_SHOP_SEED=${seed}` })
    .toEqual(truth)
  expect(Object.values(truth.rows).reduce((sum, { assigned }) => sum + assigned, 0)).toBe(3 * (VISITORS - truth.erased))
})
