import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCopyEnd } from '../../../src/cli/copy-end.ts'
import { fold } from '../../../src/profiles/fold.ts'
import type { Profile } from '../../../src/profiles/profile.ts'
import { claimDataDirectory } from '../../../src/service/data-directory.ts'
import { copyProfiles } from '../../../src/stores/copy/copy-profiles.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import { runCommand } from '../../support/run-command.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const DAY_MS = 86_400_000
const LIFE_DAYS = 390

function profileOf(plan: string, atMs = Date.now()): Profile {
  return fold(undefined, { event: { type: 'identify', messageId: 'm', timestamp: '', traits: { plan } }, atMs })
}

/** A data directory with so many profiles, folded up to 700. */
async function directoryWith(
  count: number,
  profile: (index: number) => Profile = (index) => profileOf(`${index}`),
): Promise<string> {
  const directory = join(await temporaryDirectory(), 'data')
  const end = await openCopyEnd(directory, {})
  await end.close()
  const store = openLmdbStore(join(directory, 'profiles'))
  const position = { epoch: 0, offset: 0, writtenUs: 0 }
  const writes = Array.from({ length: count }, (_, index) => ({
    site: 'site',
    visitorId: `v${index}`,
    profile: profile(index),
    position,
  }))
  await store.commit(writes, { epoch: 0, offset: 700 })
  await store.close()
  return directory
}

/** A data directory to copy to, and what the command is given. */
async function target(from: string): Promise<{ to: string; state: string; args: string[] }> {
  const directory = await temporaryDirectory()
  const [to, state] = [join(directory, 'to'), join(directory, 'state.json')]
  return { to, state, args: ['profiles', 'copy', '--from', from, '--to', to, '--state', state] }
}

async function plansIn(directory: string, count: number): Promise<unknown[]> {
  const store = openLmdbStore(join(directory, 'profiles'), { isReadOnly: true })
  const facts = await Promise.all(Array.from({ length: count }, (_, index) => store.readFacts('site', `v${index}`)))
  await store.close()
  return facts.map((one) => one?.traits['plan'])
}

test('all profiles are copied and compared, and the state of the copy is gone', async () => {
  const from = await directoryWith(1_200)
  const { to, state, args } = await target(from)
  const { code, stdout } = await runCommand([...args, '--json'])
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { count: 1_200, ended: 0, isResumed: false }])
  expect(existsSync(state)).toBe(false)
  expect(await plansIn(to, 1_200)).toEqual(Array.from({ length: 1_200 }, (_, index) => `${index}`))
  const back = await target(to)
  expect(JSON.parse((await runCommand([...back.args, '--json'])).stdout)).toEqual(JSON.parse(stdout))
})

test('a log that is new to the store is folded from its beginning, the same log from where it was', async () => {
  const from = await directoryWith(1)
  const { to, args } = await target(from)
  await runCommand(args)
  const other = openLmdbStore(join(to, 'profiles'))
  expect(await other.resumePoint()).toMatchObject({ offset: 0 })
  await other.close()
  const same = await target(from)
  await (await openCopyEnd(same.to, {})).close()
  await writeFile(join(same.to, 'log', 'id'), await readFile(join(from, 'log', 'id')))
  await runCommand(same.args)
  const store = openLmdbStore(join(same.to, 'profiles'))
  expect(await store.resumePoint()).toMatchObject({ offset: 700 })
  await store.close()
})

test('a profile whose life ends within a day is left, one with a day more is not', async () => {
  const ages = [LIFE_DAYS - 0.9, LIFE_DAYS - 1.1]
  const from = await directoryWith(2, (index) => profileOf('x', Date.now() - (ages[index] as number) * DAY_MS))
  const { to, args } = await target(from)
  expect((await runCommand(args)).stdout).toMatch(
    /^1 profiles are copied and verified, .*, 1 left whose life ends within a day\n$/,
  )
  expect(await plansIn(to, 2)).toEqual([undefined, 'x'])
})

test('a data directory that a service uses is neither read nor written', async () => {
  const from = await directoryWith(1)
  const { to, args } = await target(from)
  const release = await claimDataDirectory(from)
  expect(await runCommand(args)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`another service uses ${from}`) as string,
  })
  await release()
  const releaseTarget = await claimDataDirectory(to)
  expect(await runCommand(args)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`another service uses ${to}`) as string,
  })
  await releaseTarget()
  expect((await runCommand(args)).code).toBe(0)
})

test('a target with profiles is refused, and says how to empty it', async () => {
  const [from, to] = [await directoryWith(1), await directoryWith(1)]
  const { stderr, code } = await runCommand([
    'profiles',
    'copy',
    '--from',
    from,
    '--to',
    to,
    '--state',
    join(from, 'state'),
  ])
  expect([code, stderr]).toEqual([1, `prepaint-server: ${to} holds profiles already: delete ${join(to, 'profiles')}\n`])
})

test('a copy that is ended goes on where it was', async () => {
  const from = await directoryWith(1_200)
  const { to, state, args } = await target(from)
  const [source, destination] = [await openCopyEnd(from, {}), await openCopyEnd(to, {})]
  const options = {
    from: { name: from, end: source },
    to: { name: to, end: destination },
    stateFile: state,
    onProgress: () => undefined,
  }
  await expect(copyProfiles({ ...options, isEnded: () => true })).rejects.toThrow(
    'ended after 500 profiles: run it again to go on',
  )
  await source.close()
  await destination.close()
  expect(JSON.parse((await runCommand([...args, '--json'])).stdout)).toMatchObject({ count: 1_200, isResumed: true })
})

test('a difference is found, ends with 1 and says what to do', async () => {
  const from = await directoryWith(3)
  const { to, state, args } = await target(from)
  const [source, destination] = [await openCopyEnd(from, {}), await openCopyEnd(to, {})]
  const lossy = {
    ...destination,
    write: (rows: Parameters<typeof destination.write>[0]) => destination.write(rows.slice(1)),
  }
  const options = {
    from: { name: from, end: source },
    to: { name: to, end: lossy },
    stateFile: state,
    onProgress: () => undefined,
    isEnded: () => false,
  }
  await expect(copyProfiles(options)).rejects.toThrow('the copy differs: 3 profiles')
  await source.close()
  await destination.close()
  // Nothing has mended it by the next time.
  expect(await runCommand(args)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/differs.*delete .*profiles, delete .*state\.json, and copy again\n$/) as string,
  })
})

test('a state of another copy, or none at all, is not gone on with', async () => {
  const from = await directoryWith(1)
  const { state, args } = await target(from)
  await writeFile(state, '{"from":"a","to":"b"}')
  expect(await runCommand(args)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is of another copy, from a to b') as string,
  })
  await writeFile(state, '{"from":')
  expect(await runCommand(args)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is no state of a copy') as string,
  })
})

test.each([
  [[], 'say --from where and --to where'],
  [['--from', '/nowhere', '--to', '/nowhere'], 'are the same'],
  [['--from', '/nowhere', '--to', '/elsewhere'], 'no profiles in /nowhere'],
  [['--from', 'cql://h/k', '--to', '/elsewhere'], 'dc='],
])('profiles copy %j ends with 2', async (args, why) => {
  expect(await runCommand(['profiles', 'copy', ...args])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(why) as string,
  })
})
