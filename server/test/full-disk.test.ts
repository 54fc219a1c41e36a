import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { CATALOG, EVENTS, PAGE, SENT_AT, temporaryDirectory } from './start-service.ts'

const FIXTURE = fileURLToPath(new URL('kill-fixture.ts', import.meta.url))

/**
 * Lets the kernel refuse the process every byte behind the first of any file (EFBIG), as a full disk does (ENOSPC), and
 * give it back; the limit of others is not touched.
 */
function setDisk(pid: number, state: 'full' | 'free'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${state === 'full' ? '1' : 'unlimited'}:unlimited`])
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
  const send = (messageId: string) => post('/v1/batch', { token, sentAt: SENT_AT, batch: [{ ...EVENTS.page, messageId }] })

  expect((await send('before')).status).toBe(200)
  setDisk(child.pid as number, 'full')
  for (let count = 0; count < 10; count++) {
    const refused = await send(`full-${count}`)
    expect(refused).toMatchObject({ status: 503, retryAfter: '5', body: { error: { code: 'log_unavailable' } } })
    expect(await decide(token)).toMatchObject({ status: 200, body: { slots: { masthead: { tier: 'live' } } } })
  }
  setDisk(child.pid as number, 'free')
  expect((await send('after')).status).toBe(200)
  // Folded on the same disk: who has viewed a page is no newcomer any more.
  await expect.poll(async () => (await decide(token)).body).toMatchObject({ slots: { masthead: { reason: 'no-match', tier: 'live' } } })
})
