import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { featureRow, featuresOf } from '../../src/cli/known-features.ts'
import { startWithPeople } from '../support/known-people.ts'
import { runCommand } from '../support/run-command.ts'
import { ORIGIN } from '../support/start-service.ts'

const HEAD = `site: agency
origins: ['${ORIGIN}']
slots: { hero: {} }
`

const catalog = `${HEAD}features:
  orders: { kind: count, event: Order Completed, within: 400d }
  spent: { kind: sum, event: Order Completed, of: total, within: 400d }
  looked: { kind: ever, event: Product Viewed }
  last-look: { kind: since, event: Product Viewed }
audiences:
  buyers: { features.orders: { $gte: 1 } }
  loyal: { $did: { event: Order Completed, within: 400d, atLeast: 2 } }
  phones: { page.device: mobile, features.orders: 1 }
`

async function start() {
  const people = await startWithPeople({ catalog })
  return { ...people, profile: (...args: string[]) => runCommand(['profile', ...args], people.env) }
}

test("profile shows each feature's value, and when time alone may change it", async () => {
  const { profile, token } = await start()
  const { code, stdout } = await profile('--visitor', token)
  expect(code).toBe(0)
  const day = String.raw`\d{4}-\d\d-\d\dT\S+Z`
  for (const line of [
    `orders +1, may change by time alone at ${day} {2}\\[count of Order Completed\\]`,
    `spent +9, may change by time alone at ${day} {2}\\[sum of Order Completed\\]`,
    'looked +false {2}\\[ever of Product Viewed\\]',
    'last-look +none {2}\\[since of Product Viewed\\]',
  ]) {
    expect(stdout).toMatch(new RegExp(`\nfeatures\n([^\n]+\n)* {2}${line}\n`))
  }
})

test('with --json features have names, kind, value and the next change; two declarations of the same are one', async () => {
  const { profile, token } = await start()
  const { features } = JSON.parse((await profile('--visitor', token, '--json')).stdout) as {
    features: { names: string[] }[]
  }
  // What `loyal` asks for is the count that is declared as `orders`.
  expect(features).toHaveLength(4)
  expect(features[0]).toEqual({
    names: ['orders'],
    id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    kind: 'count',
    event: 'Order Completed',
    isKnown: true,
    value: 1,
    changesAt: expect.stringMatching(/^20\d\d-.*Z$/) as string,
  })
})

test('a feature that no service has declared is unknown, and so are the audiences that read it', async () => {
  const { profile, token, dataDirectory } = await start()
  const next = join(dataDirectory, 'next.yaml')
  await writeFile(
    next,
    `${HEAD}features: { fresh: { kind: ever, event: Order Completed } }
audiences:
  fresh: { features.fresh: true }
  seen: { features.fresh: true, page.device: mobile }
`,
  )
  const { stdout } = await profile('--visitor', token, '--catalog', next)
  expect(stdout).toContain('  fresh  unknown (no service has declared it in this data directory yet')
  expect(stdout).toMatch(/ {2}fresh +a feature is not known: audiences › fresh › features\.fresh\n/)
  expect(stdout).toMatch(/ {2}seen +depends on the view, or a feature is not known: /)
  const { features, audiences } = JSON.parse(
    (await profile('--visitor', token, '--catalog', next, '--json')).stdout,
  ) as {
    features: object[]
    audiences: object[]
  }
  expect(features).toMatchObject([{ isKnown: false, because: 'not-declared' }])
  expect(audiences).toMatchObject([{ dependsOn: ['features'] }, { dependsOn: ['view', 'features'] }])
})

test('a feature in force that lacks the events of before is unknown because it is not filled yet', () => {
  const site = readCatalog(catalog, 'catalog.yaml')
  const features = site.features.map((feature) => ({ ...feature, since: { epoch: 0, offset: 100 } }))
  const inForce = { features, at: { epoch: 0, offset: 100 }, writtenUs: 1 }
  const states = Object.fromEntries(features.map(({ id }) => [id, null]))
  const visitor = { traits: {}, events: {}, pageViews: 1, features: states }
  const reports = featuresOf(site, visitor, inForce, Date.now())
  expect(reports.map(({ isKnown, because }) => [isKnown, because])).toEqual(features.map(() => [false, 'not-filled']))
  expect(reports.map((report) => featureRow(report)[1])[0]).toMatch(/^unknown \(not filled yet: /)
})
