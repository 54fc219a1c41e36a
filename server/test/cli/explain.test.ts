import { expect, test } from 'vitest'
import { startWithPeople } from '../support/known-people.ts'
import { runCommand } from '../support/run-command.ts'

const HOME = 'https://www.brand.example/'

async function start() {
  const people = await startWithPeople()
  return { ...people, explain: (...args: string[]) => runCommand(['explain', '--url', HOME, ...args], people.env) }
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
  const env = { PREPAINT_SECRET: 's'.repeat(32) }
  const unread = await runCommand(
    ['explain', '--user', 'ann', '--url', HOME, '--catalog', catalogFile, '--data', '/none'],
    env,
  )
  expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('no profiles in /none')])
})
