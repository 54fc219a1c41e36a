import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { CATALOG, EVENTS, PAGE, SENT_AT, temporaryDirectory } from '../support/start-service.ts'

const FIXTURE = fileURLToPath(new URL('../support/kill-fixture.ts', import.meta.url))

/** A batch that is larger than the files of the store at its beginning. */
const LARGE = Array.from({ length: 45 }, (_, index) => ({
  ...EVENTS.order,
  messageId: `large-${index}`,
  properties: { padding: 'x'.repeat(1_200) },
}))

/**
 * No file of the process may grow beyond this size: the kernel refuses more (EFBIG) where a full disk would (ENOSPC). What
 * lies on the disk already may be written over, as on a full one.
 */
function limitFiles(pid: number, sizeBytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${sizeBytes}:unlimited`])
}

test('on a full disk events are refused for now and decisions go on; when there is room again, so do events', async () => {
  const directory = await temporaryDirectory()
  const file = join(directory, 'catalog.yaml')
  await writeFile(file, CATALOG)
  const child = spawn(process.execPath, ['--conditions=source', FIXTURE, file, join(directory, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  const post = async (path: string, body: object) => {
    const common = { v: 1, site: 'agency', consent: 'granted' }
    const response = await fetch(url + path, { method: 'POST', body: JSON.stringify({ ...common, ...body }) })
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() }
  }
  const decide = (token?: string) => post('/v1/decide', { token, page: PAGE })
  const { token } = (await decide()).body as { token: string }
  const send = (batch: object[]) => post('/v1/batch', { token, sentAt: SENT_AT, batch })

  const { size } = await stat(join(directory, 'data', 'profiles', 'data.mdb'))
  expect(size).toBeLessThan(JSON.stringify(LARGE).length)
  limitFiles(child.pid as number, size)
  for (let count = 0; count < 10; count++) {
    const refused = await send(LARGE)
    expect(refused).toMatchObject({ status: 503, retryAfter: '5', body: { error: { code: 'log_unavailable' } } })
    expect(await decide(token)).toMatchObject({ status: 200, body: { slots: { masthead: { tier: 'live' } } } })
  }
  // This one the log takes, and the store does not: it is learnt when there is room.
  expect((await send([EVENTS.page])).status).toBe(200)
  for (let count = 0; count < 10; count++) {
    expect(await decide(token)).toMatchObject({ status: 200, body: { slots: { masthead: { tier: 'live' } } } })
  }
  limitFiles(child.pid as number, 'unlimited')
  expect((await send(LARGE)).status).toBe(200)
  // Folded on the same disk: who has viewed a page is no newcomer any more.
  await expect
    .poll(async () => (await decide(token)).body)
    .toMatchObject({ slots: { masthead: { reason: 'no-match', tier: 'live' } } })
})
