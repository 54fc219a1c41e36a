import { expect } from 'vitest'
import { machineMs, watchGaps } from '../../../../lab/load/gaps.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openCqlStore } from '../../../src/stores/cql/cql.ts'
import { type Crowd, gather, VISITORS } from './crowd.ts'
import { expectWhole } from './expect-whole.ts'
import type { Fault, Scene } from './faults.ts'
import { startApart } from './start-apart.ts'
import { line, summarise } from './summary.ts'

/** Three nodes, a service and its visitors share two cores: a budget of 8 ms would show how these are shared out. */
const BUDGET_MS = 20

/** What a decision may take beyond its budget, in ms. */
const MARGIN_MS = 5

/** Share of the latest decisions that must come from the store, or from a copy that is fresh, for it to be healed. */
const HEALED = 0.98

async function untilHealed({ decisions }: Crowd): Promise<void> {
  const sinceMs = machineMs()
  const isHealed = (): boolean => {
    const latest = decisions.filter(({ fromMs, untilMs }) => fromMs > sinceMs && untilMs < Infinity).slice(-VISITORS)
    const served = latest.filter(({ tier }) => tier === 'live' || tier === 'cached')
    return latest.length === VISITORS && served.length >= VISITORS * HEALED
  }
  await expect.poll(isHealed, { timeout: 60_000, interval: 50 }).toBe(true)
}

/** What is proved of a fault, and where. */
export interface Proof {
  scene: Scene
  /** Of the store. */
  address: string
}

/**
 * Runs a fault under load. Every decision is answered within the budget, apart from what the machine took; no event that was
 * acknowledged is lost; and decisions come from the store again without a restart.
 */
export async function prove({ name, settings, run, holds }: Fault, { scene, address }: Proof): Promise<void> {
  const service = await startApart({ budgetMs: BUDGET_MS, store: address, ...settings })
  const endWatch = watchGaps()
  const crowd = await gather(service.url)
  const leave = crowd.come()
  await untilHealed(crowd)
  const beganMs = machineMs()
  await run(scene)
  const endedMs = machineMs()
  await untilHealed(crowd)
  const healedS = ((machineMs() - endedMs) / 1_000).toFixed(1)
  await leave()
  const gaps = [...endWatch(), ...(await service.end()).gaps]
  const all = summarise(crowd.decisions, gaps)
  const meanwhile = crowd.decisions.filter(({ fromMs }) => fromMs >= beganMs && fromMs < endedMs)
  process.stderr.write(`${name}: ${line(all)}\n  meanwhile ${line(summarise(meanwhile, gaps))}; healed ${healedS} s later\n`)
  expect(crowd.decisions.filter(({ status, tier }) => status !== 200 || tier === undefined || tier === 'default')).toEqual([])
  expect(all.p999Ms).toBeLessThanOrEqual(BUDGET_MS + MARGIN_MS)
  holds?.(meanwhile)
  const store = openCqlStore({ address: parseCqlAddress(address), credentials: {}, logId: 'reader', now: Date.now, onProblem: () => undefined })
  await store.opened()
  await expectWhole(crowd, service.dataDirectory, store)
  await store.close()
}
