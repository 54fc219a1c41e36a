import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSecret } from '../../src/identity/secret.ts'
import { claimDataDirectory } from '../../src/service/data-directory.ts'
import { ConfigError, resolveSettings } from '../../src/settings/resolve-settings.ts'
import { temporaryDirectory } from '../support/start-service.ts'

test('a data directory has one service at a time', async () => {
  const directory = join(await temporaryDirectory(), 'data')
  const release = await claimDataDirectory(directory)
  await expect(claimDataDirectory(directory)).rejects.toThrow(`another service uses ${directory}`)
  await release()
  await (
    await claimDataDirectory(directory)
  )()
  await expect(claimDataDirectory(join(directory, 'x'.repeat(120)))).rejects.toThrow(ConfigError)
})

/** A process that claims a data directory and dies with it, as after a crash. */
const CRASHING = `
const { claimDataDirectory } = await import(process.argv[1])
await claimDataDirectory(process.argv[2])
process.kill(process.pid, 'SIGKILL')
`

test('of many that start at once after a crash exactly one gets the data directory', async () => {
  const directory = await temporaryDirectory()
  const source = new URL('../../src/service/data-directory.ts', import.meta.url).href
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CRASHING, source, directory], {
      stdio: 'inherit',
    })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimDataDirectory(directory)))
    const releases = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []))
    const reasons = claims.flatMap((claim) => (claim.status === 'rejected' ? [claim.reason as unknown] : []))
    expect(releases).toHaveLength(1)
    for (const reason of reasons) expect(reason).toBeInstanceOf(ConfigError)
    // The losers have closed by now, and have taken nothing from the winner.
    await expect(claimDataDirectory(directory)).rejects.toThrow(ConfigError)
    await releases[0]?.()
    expect(await readdir(directory)).toHaveLength(1)
  }
})

test('the secret is made once and is for its owner alone', async () => {
  const directory = await temporaryDirectory()
  const secret = await readSecret(directory)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(await readSecret(directory)).toBe(secret)
  expect((await stat(join(directory, 'secret'))).mode & 0o777).toBe(0o600)
  await writeFile(join(directory, 'secret'), 'short\n')
  await expect(readSecret(directory)).rejects.toThrow('fewer than 32 characters')
})

test.each([
  [{ port: 65_536 }, 'port must be'],
  [{ port: Number.NaN }, 'port must be'],
  [{ budgetMs: 0 }, 'budget must be'],
  [{ catalogs: [] }, 'no catalog'],
  [{ secret: 'x'.repeat(31) }, 'PREPAINT_SECRET needs 32'],
  [{ host: '0.0.0.0' }, 'beyond loopback PREPAINT_SECRET must be set'],
  [{ forwardEvents: 'http://10.0.0.5:4311', secret: 'x'.repeat(32) }, 'needs PREPAINT_STORE and PREPAINT_SECRET'],
  [{ forwardEvents: 'http://10.0.0.5:4311', store: 'cql://h/k?dc=d' }, 'needs PREPAINT_STORE and PREPAINT_SECRET'],
  [{ forwardEvents: '10.0.0.5:4311' }, 'forward-events must be the address'],
  [{ forwardEvents: 'ftp://10.0.0.5' }, 'forward-events must be the address'],
  [{ forwardEvents: 'http://name@10.0.0.5' }, 'forward-events must be the address'],
  [{ forwardEvents: 'http://10.0.0.5/v1/log' }, 'forward-events must be the address'],
])('settings %j are refused', (settings, message) => {
  expect(() => resolveSettings({ catalogs: ['c'], dataDirectory: 'd', ...settings })).toThrow(message)
})

test('settings at their bounds are taken', () => {
  const bounds = { port: 0, budgetMs: 1, host: '0.0.0.0', secret: 'x'.repeat(32) }
  expect(resolveSettings({ catalogs: ['c'], dataDirectory: 'd', ...bounds })).toMatchObject(bounds)
})

test('a claim can wait for the service before it to end', async () => {
  const directory = join(await temporaryDirectory(), 'data')
  const release = await claimDataDirectory(directory)
  const { promise: waits, resolve: onWait } = Promise.withResolvers<void>()
  const claimed = claimDataDirectory(directory, { waitMs: 60_000, onWait })
  await waits
  await release()
  await (
    await claimed
  )()
})
