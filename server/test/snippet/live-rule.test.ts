import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../lab/tv/site.ts'
import { isNginxAsked } from '../../../scripts/nginx.mjs'
import { loadCatalog } from '../../src/catalog/load.ts'
import { createSnippet } from '../../src/snippet/tag.ts'
import { readLive } from '../support/live-stream.ts'
import { startNginxWith } from '../support/nginx.ts'
import { CATALOG, startService, temporaryDirectory } from '../support/start-service.ts'

async function ruleOf(catalog: string): Promise<string> {
  const file = join(await temporaryDirectory(), 'catalog.yaml')
  await writeFile(file, catalog)
  const options = { site: await loadCatalog(file), endpoint: '/pp', runtime: '', stub: '' }
  return createSnippet('own-origin', options).nginx
}

test('only a site with live slots is told the rule of their stream', async () => {
  expect(await ruleOf(CATALOG)).not.toContain('v1/live')
  expect(await ruleOf(TV_CATALOG)).toContain('location = /pp/v1/live {')
})

test.runIf(isNginxAsked())('a stream passes nginx by the printed rule at once, and as it is', async () => {
  const now = Date.UTC(2026, 10, 29, 20)
  const { url } = await startService({ secret: TV_SECRET, catalog: TV_CATALOG }, { now: () => now })
  const printed = (await ruleOf(TV_CATALOG)).replaceAll('http://127.0.0.1:4310', url)
  // The general rule would cut a stream after its own time; here that is short.
  const proxy = await startNginxWith(printed.replace('proxy_read_timeout 5s', 'proxy_read_timeout 100ms'))
  const stream = await readLive(`${proxy}/v1/live?site=flora`, { 'accept-encoding': 'gzip' })
  expect([stream.status, stream.headers['content-encoding']]).toEqual([200, undefined])
  expect((await stream.message(0)).slots['hero']?.reason).toBe('no-match')
  await stateTv(proxy, { statements: [spotAt(now - 60_000)] })
  expect((await stream.message(1)).slots['hero']?.reason).toBe('match')
})
