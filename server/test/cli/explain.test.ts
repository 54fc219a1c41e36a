import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { runCommand } from '../support/run-command.ts'
import { EVENTS, startService } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const HOME = 'https://www.brand.example/'

/** A service that runs, with a visitor who has ordered and a user who has the plan alone. */
async function start() {
  const running = await startService({ secret })
  const token = (await running.decide()).body.token as string
  await running.batch(token, [EVENTS.identify, EVENTS.order, EVENTS.page])
  const writeKey = createKeys(secret).issue({ site: 'agency', access: 'events' })
  await running.post('/v1/identify', { writeKey, userId: 'ann', traits: { plan: 'free\u001b[31m\u009b' } })
  await running.service.caughtUp()
  const env = { PREPAINT_SECRET: secret, PREPAINT_CATALOG: running.catalogFile, PREPAINT_DATA: running.dataDirectory }
  return { ...running, token, explain: (...args: string[]) => runCommand(['explain', '--url', HOME, ...args], env) }
}

test('explain says what a visitor gets and why not the others, beside a service that runs', async () => {
  const { explain, token, decide } = await start()
  const { code, stdout } = await explain('--visitor', token)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/headline: match\n +thanks +won, variant thanks\n/)])
  const json = await explain('--visitor', token, '--json')
  const { site, slots } = JSON.parse(json.stdout) as { site: string; slots: { slot: string; reason: string }[] }
  const { body } = await decide({ token })
  expect(site).toBe('agency')
  expect(Object.fromEntries(slots.map(({ slot, reason }) => [slot, reason]))).toEqual(
    Object.fromEntries(Object.entries(body.slots).map(([slot, { reason }]) => [slot, reason])),
  )
})

test('explain takes the campaign from the address, and a device and a language as told', async () => {
  const { explain } = await start()
  const spring = await explain('--anonymous', '--url', `${HOME}?utm_campaign=spring&gclid=1`)
  expect(spring.stdout).toMatch(/spring-headline +won, variant spring/)
  const phone = await explain('--anonymous', '--device', 'mobile', '--language', 'de-CH', '--json')
  expect(JSON.parse(phone.stdout)).toMatchObject({ slots: [{ slot: 'masthead', reason: 'no-id' }, {}] })
})

test('explain knows users by their id, and what visitors have sent is harmless on a terminal', async () => {
  const { explain } = await start()
  const { code, stdout } = await explain('--user', 'ann')
  expect([code, stdout]).toEqual([0, expect.stringContaining('headline: no-match')])
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect((await explain('--user', 'nobody')).code).toBe(0)
})

test.each([
  [[], 'say for whom'],
  [['--anonymous', '--user', 'x'], 'say for whom'],
  [['--visitor', 'x'], 'not signed by this service for agency'],
  [['--visitor', `${'x'.repeat(22)}.abc.${'y'.repeat(22)}`], 'see the cookie pp_id'],
  [['--anonymous', '--url', 'javascript:alert(1)'], '--url must be an address'],
  [['--anonymous', '--url', ''], '--url must be an address'],
  [['--anonymous', '--device', 'watch'], '--device must be one of'],
  [['--anonymous', '--at', 'soon'], '--at must be an instant'],
  [['--anonymous', '--site', 'other'], '--site must be one of agency'],
  [['--anonymous', '--catalog', '/none.yaml'], 'cannot be read'],
])('explain %j ends with 2 and says why', async (args, why) => {
  const { explain } = await start()
  const { code, stdout, stderr } = await explain(...args)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(why)])
})

test('explain without a data directory says where it looked', async () => {
  const { catalogFile } = await start()
  const { code, stderr } = await runCommand([
    'explain',
    '--user',
    'ann',
    '--url',
    HOME,
    '--catalog',
    catalogFile,
    '--data',
    '/none',
  ])
  expect([code, stderr]).toEqual([2, expect.stringContaining('no secret in /none')])
  const env = { PREPAINT_SECRET: secret }
  const unread = await runCommand(
    ['explain', '--user', 'ann', '--url', HOME, '--catalog', catalogFile, '--data', '/none'],
    env,
  )
  expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('no profiles in /none')])
})
