import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { createLinkVerifier } from '../../src/identity/link.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)

function run(args: readonly string[], env: { [name: string]: string } = { PREPAINT_SECRET: secret }) {
  return runCommand(args, env)
}

test('key prints the key that the service takes', async () => {
  const server = await run(['key', '--site', 'shop', '--for', 'server'])
  expect([server.code, keys.verify(server.stdout.trim())]).toEqual([0, { site: 'shop', access: 'server' }])
  const events = await run(['key', '--site', 'shop', '--for', 'events', '--json'])
  expect(JSON.parse(events.stdout)).toEqual({
    site: 'shop',
    for: 'events',
    key: keys.issue({ site: 'shop', access: 'events' }),
  })
})

test('link prints what proves a user, alone or in the address of a page', async () => {
  const verify = createLinkVerifier(keys, Date.now)
  const token = await run(['link', '--site', 'shop', '--user', 'Zoë 1', '--days', '2'])
  expect([token.code, verify('shop', token.stdout.trim())?.userId]).toEqual([0, 'Zoë 1'])
  const page = await run([
    'link',
    '--site',
    'shop',
    '--user',
    'u1',
    '--url',
    'https://www.shop.example/a?b=1#c',
    '--json',
  ])
  const { link, days } = JSON.parse(page.stdout) as { link: string; days: number }
  const url = new URL(link)
  expect([days, url.origin + url.pathname, url.searchParams.get('b'), url.hash]).toEqual([
    30,
    'https://www.shop.example/a',
    '1',
    '#c',
  ])
  expect(verify('shop', url.searchParams.get('pp_link') ?? '')?.userId).toBe('u1')
  const renamed = await run([
    'link',
    '--site',
    'shop',
    '--user',
    'u1',
    '--url',
    'https://www.shop.example/',
    '--prefix',
    'brand',
  ])
  expect(new URL(renamed.stdout).searchParams.has('brand_link')).toBe(true)
})

test('the secret of a data directory signs too, and none is made', async () => {
  const directory = await temporaryDirectory()
  const data = join(directory, 'data')
  await mkdir(data)
  const none = await run(['key', '--site', 'shop', '--for', 'server', '--data', data], {})
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining(`no secret in ${data}: set PREPAINT_SECRET`)])
  await writeFile(join(data, 'secret'), `${secret}\n`)
  const found = await run(['key', '--site', 'shop', '--for', 'server'], { PREPAINT_DATA: data })
  expect(found.stdout.trim()).toBe(keys.issue({ site: 'shop', access: 'server' }))
})

test.each([
  [['key', '--for', 'server'], '--site NAME is missing'],
  [['key', '--site', 'a.b', '--for', 'server'], 'no name of a site'],
  [['key', '--site', 'shop'], '--for must be server or events'],
  [['key', '--site', 'shop', '--for', 'admin'], '--for must be server or events'],
  [['link', '--site', 'shop'], '--user ID is missing'],
  [['link', '--site', 'shop', '--user', ''], '1 to 200 characters'],
  [['link', '--site', 'shop', '--user', 'u', '--days', '366'], 'at most 365 days'],
  [['link', '--site', 'shop', '--user', 'u', '--days', 'ever'], 'at most 365 days'],
  [['link', '--site', 'shop', '--user', 'u', '--url', '/page'], '--url must be an address'],
])('%j ends with 2 and says why', async (args, why) => {
  const { code, stderr, stdout } = await run(args)
  expect([code, stderr, stdout]).toEqual([2, expect.stringContaining(why), ''])
})
