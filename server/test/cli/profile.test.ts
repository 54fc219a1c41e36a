import { expect, test } from 'vitest'
import { startWithPeople } from '../support/known-people.ts'
import { runCommand } from '../support/run-command.ts'
import { ORIGIN } from '../support/start-service.ts'

const catalog = `site: agency
origins: ['${ORIGIN}']
slots: { hero: {} }
audiences:
  buyers: { 'events.Order Completed': { $gte: 1 } }
  newcomers: { $not: { $audience: buyers } }
  mobile: { page.device: mobile }
  mobile-buyers: { $and: [{ $audience: buyers }, { $audience: mobile }] }
  mobile-newcomers: { $and: [{ $audience: newcomers }, { $audience: mobile }] }
  first-visit: { session.isNew: true }
experiences:
  - { id: thanks, slot: hero, audience: buyers, variants: [{ id: thanks, do: [{ text: Thanks }] }] }
`

async function start() {
  const people = await startWithPeople({ catalog })
  return { ...people, profile: (...args: string[]) => runCommand(['profile', ...args], people.env) }
}

test('profile shows what is known of a visitor, beside a service that runs', async () => {
  const { profile, token } = await start()
  const { code, stdout } = await profile('--visitor', token)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^site agency\n {2}first event {2}\d{4}-.*\n {2}last event {3}.*\n {2}page views {3}1\n\ntraits\n/,
  )
  expect(stdout).toMatch(/\nevents\n {2}Order Completed {2}1\n/)
  expect(stdout).toMatch(/\nrecent events\n( {2}\d{4}-\S+ {2}(pp:identify|Order Completed|pp:page)\n){3}/)
})

test('profile says which audiences somebody is in, and that some depend on the view', async () => {
  const { profile, token } = await start()
  const { stdout } = await profile('--visitor', token, '--json')
  const { audiences } = JSON.parse(stdout) as { audiences: { audience: string; verdict: string }[] }
  expect(Object.fromEntries(audiences.map(({ audience, verdict }) => [audience, verdict]))).toEqual({
    buyers: 'in',
    newcomers: 'out',
    mobile: 'unknown',
    'mobile-buyers': 'unknown',
    // Whatever the device: this visitor is no newcomer.
    'mobile-newcomers': 'out',
    'first-visit': 'unknown',
  })
  const { stdout: text } = await profile('--visitor', token)
  expect(text).toMatch(/ {2}buyers +in\n/)
  expect(text).toMatch(/ {2}newcomers +out: audiences › newcomers › \$not asks for/)
  expect(text).toMatch(/ {2}mobile +depends on the view: audiences › mobile › page.device\n/)
})

test('profile shows users by their id, and what visitors have sent is harmless on a terminal', async () => {
  const { profile } = await start()
  const { code, stdout } = await profile('--user', 'ann')
  expect([code, stdout]).toEqual([0, expect.stringContaining('plan  "free')])
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test('profile of somebody of whom nothing is stored says so', async () => {
  const { profile } = await start()
  expect(await profile('--user', 'nobody')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('nothing is stored of this person') as string,
  })
})

test.each([
  [[], 'say for whom'],
  [['--visitor', 'a', '--user', 'b'], 'say for whom'],
  [['--visitor', 'x'], 'not signed by this service for agency'],
  [['--user', 'ann', '--site', 'other'], '--site must be one of agency'],
])('profile %j ends with 2 and says why', async (args, why) => {
  const { profile } = await start()
  const { code, stdout, stderr } = await profile(...args)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(why)])
})

test('profile refuses to tell of profiles in a cluster what an old data directory has', async () => {
  const { env, token } = await startWithPeople({ catalog })
  const ended = await runCommand(['profile', '--visitor', token], {
    ...env,
    PREPAINT_STORE: 'cql://db.example/prepaint',
  })
  expect(ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not yet those of cql://db.example') as string,
  })
})
