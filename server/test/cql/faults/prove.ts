import { expect } from 'vitest'
import { machineMs, watchGaps } from '../../../../lab/load/gaps.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openCqlStore } from '../../../src/stores/cql/cql.ts'
import type { CqlCredentials } from '../../../src/stores/cql/driver/session.ts'
import { type Crowd, gather, VISITORS } from './crowd.ts'
import { expectWhole } from './expect-whole.ts'
import type { Fault, Scene } from './faults.ts'
import { startApart } from './start-apart.ts'
import { line, summarise } from './summary.ts'

/** Three nodes, a service and its visitors share two cores: a budget of 8 ms would show how these are shared out. */
const BUDGET_MS = 20

/** Time that a decision may take beyond its budget, in ms. */
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

/** Scene of a proof. */
export interface Place {
  scene: Omit<Scene, 'address'>
  /** Address of the store that all faults share. */
  store: string
  /** To look at it afterwards. */
  credentials?: CqlCredentials
}

/**
 * Runs a fault under load. Every decision is answered within the budget, apart from what the machine took; no event that was
 * acknowledged is lost; and decisions come from the store again without a restart.
 */
export async function prove(fault: Fault, { scene, store: shared, credentials = {} }: Place): Promise<void> {
  const store = fault.keyspace === undefined ? shared : shared.replace(/\/\w+\?/, `/${fault.keyspace}?`)
  const address = parseCqlAddress(store)
  const service = await startApart({ budgetMs: BUDGET_MS, store, ...fault.settings })
  const endWatch = watchGaps()
  const crowd = await gather(service.url)
  const leave = crowd.come()
  if (!fault.isThereAtStart) await untilHealed(crowd)
  const beganMs = machineMs()
  await fault.run({ ...scene, address })
  const endedMs = machineMs()
  await untilHealed(crowd)
  const healedS = ((machineMs() - endedMs) / 1_000).toFixed(1)
  await leave()
  const { gaps, lines } = await service.end()
  const allGaps = [...endWatch(), ...gaps]
  const all = summarise(crowd.decisions, allGaps)
  const meanwhile = crowd.decisions.filter(({ fromMs }) => fromMs >= beganMs && fromMs < endedMs)
  const told = [
    `${fault.name}: ${line(all)}`,
    `  meanwhile ${line(summarise(meanwhile, allGaps))}; healed ${healedS} s later`,
  ]
  process.stderr.write(`${told.join('\n')}\n`)
  expect(
    crowd.decisions.filter(({ status, tier }) => status !== 200 || tier === undefined || tier === 'default'),
  ).toEqual([])
  expect(all.p999Ms).toBeLessThanOrEqual(BUDGET_MS + MARGIN_MS)
  if (fault.tells) expect(lines.join('')).toMatch(fault.tells)
  fault.holds?.(meanwhile)
  const profiles = openCqlStore({ address, credentials, logId: 'reader', now: Date.now, onProblem: () => undefined })
  await profiles.opened()
  await expectWhole(crowd, service.dataDirectory, profiles)
  await profiles.close()
}
