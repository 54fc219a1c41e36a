import { writeFile } from 'node:fs/promises'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../../lab/tv/site.ts'
import { startService } from '../../support/start-service.ts'

const START = Date.UTC(2026, 10, 29, 20)

test('what a plan of the catalog before shows is still found, though nobody has asked for it until then', async () => {
  const { url, catalogFile, service } = await startService(
    { secret: TV_SECRET, catalog: TV_CATALOG },
    { now: () => START },
  )
  await stateTv(url, { statements: [spotAt(START)] })
  await service.caughtUp()
  const ask = async (): Promise<DecideResponse> =>
    (await (await fetch(`${url}/v1/decide/flora/any`)).json()) as DecideResponse
  const { catalog, tv } = await ask()
  await writeFile(catalogFile, TV_CATALOG.replace('The roses from TV', 'Roses'))
  await expect.poll(async () => (await ask()).catalog, { timeout: 10_000 }).not.toBe(catalog)
  const found = await fetch(`${url}/v1/content/flora/${tv?.cues[0]?.content}`)
  expect([found.status, await found.json()]).toEqual([
    200,
    { operations: [{ op: 'text', value: 'The roses from TV' }] },
  ])
})

test('who asks too often for contents is refused like any other', async () => {
  const { url } = await startService({ secret: TV_SECRET, catalog: TV_CATALOG, sitePerMinute: 1 })
  const statuses: number[] = []
  for (const name of ['one', 'two']) statuses.push((await fetch(`${url}/v1/content/flora/${name}`)).status)
  expect(statuses).toEqual([404, 429])
})
