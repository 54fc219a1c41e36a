import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../lab/tv/site.ts'
import { readLive } from '../support/live-stream.ts'
import { startService } from '../support/start-service.ts'

const START = Date.UTC(2026, 10, 29, 20)
const MINUTE_MS = 60_000

/** A record of what was sent, in which there is no commercial. */
const record: Statement = {
  ...{ feed: 'itv', source: 'as-run', spots: [] },
  range: { fromMs: START - 5 * MINUTE_MS, toMs: START + 5 * MINUTE_MS },
}

test('a plan that the broadcast contradicts is taken back from open pages, with its cues', async () => {
  const { url, service } = await startService({ secret: TV_SECRET, catalog: TV_CATALOG }, { now: () => START })
  const plan = [START - 20_000, START + 4 * MINUTE_MS].map((fromMs): Statement => ({
    ...spotAt(fromMs),
    source: 'schedule',
  }))
  await stateTv(url, { statements: plan })
  await service.caughtUp()
  const stream = await readLive(`${url}/v1/live?site=flora`)
  const before = await stream.message(0)
  expect(before.slots['hero']?.experience).toBe('roses')
  expect(before.plan.cues.length).toBeGreaterThan(0)
  await stateTv(url, { statements: [record] })
  const after = await stream.message(1)
  expect([after.stop, after.slots['hero']?.reason, after.plan.cues]).toEqual([['hero'], 'no-match', []])
})
