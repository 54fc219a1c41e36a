import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import type { Site } from '../../src/catalog/site.ts'
import { makeFirstDecisions } from '../../src/decide/first-decisions.ts'
import { CATALOG, startService } from '../support/start-service.ts'

/** A site with which the engine fails. */
function brokenSite(name: string): Site {
  const site = readCatalog(CATALOG.replace('agency', name), `${name}.yaml`)
  const slots = site.compiled.slots.map((slot) => ({ ...slot, index: undefined as never }))
  return { ...site, compiled: { ...site.compiled, slots } }
}

test('each site has its decision, also after one with which the engine fails', async () => {
  const failures: unknown[] = []
  const sites = ['one', 'two'].map(brokenSite)
  await makeFirstDecisions(sites, { now: () => 0, onEngineFailure: (cause) => failures.push(cause) })
  expect(failures).toHaveLength(2)
})

test('a service has no first decision without a site', async () => {
  await expect(makeFirstDecisions([], { now: () => 0, onEngineFailure: expect.unreachable })).resolves.toBeUndefined()
})

test('the first decision of a service is counted nowhere', async () => {
  const { service } = await startService()
  const response = await fetch(`${service.adminAddress?.url}/metrics`)
  expect(await response.text()).not.toMatch(/^prepaint_slot_decisions_total\{.* [1-9]/m)
})
