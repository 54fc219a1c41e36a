import { expect, test } from 'vitest'
import type { Site } from '../../src/catalog/site.ts'
import type { ProfileRead } from '../../src/decide/read/profile-reader.ts'
import { createDeviceReader } from '../../src/decide/read-devices.ts'
import { foldDevice } from '../../src/profiles/devices.ts'
import { foldLink } from '../../src/profiles/link.ts'
import { newProfile, type Profile } from '../../src/profiles/profile.ts'

const AT = { epoch: 0, offset: 1 }
const event = { type: 'identify', messageId: 'l', timestamp: '', userId: 'u' } as const
const opened = { receivedMs: 1, atMs: 1, event, untilMs: 9_000, signedMs: 1 }
const site = { name: 'site', features: [{}] } as unknown as Site
const known = { of: () => ({ orders: 1 }), merge: () => ({}), unknown: { orders: null } }
const profile = foldLink(undefined, opened, AT)
const anew: Profile = { ...newProfile(1), isIncomplete: true }

function userOf(...ids: string[]): ProfileRead {
  const user = ids.reduce<Profile | undefined>((before, id) => foldDevice(before, id, opened, AT), undefined)
  return { outcome: 'read', tier: 'live', profile: user }
}

function ask(reads: { [id: string]: ProfileRead }, { read = userOf(...Object.keys(reads)), of = site } = {}) {
  const asked: string[] = []
  const failures: unknown[] = []
  const readDevices = createDeviceReader({
    readProfile: (_site, id) => {
      asked.push(id)
      return reads[id] as ProfileRead
    },
    featuresOf: () => known,
    onStoreFailure: (cause) => failures.push(cause),
  })
  const states = readDevices(of, { userId: 'u', read, own: { ids: ['own'] }, nowMs: 1_000, sinceMs: 0 })
  return { states, asked, failures }
}

test.each<[string, ProfileRead, object[]]>([
  ['was read', { outcome: 'read', tier: 'live', profile }, [{ orders: 1 }]],
  ['is a copy that is fresh', { outcome: 'read', tier: 'cached', profile }, [{ orders: 1 }]],
  ['is an old copy', { outcome: 'read', tier: 'stale', profile }, [{ orders: null }]],
  ['is late', { outcome: 'late' }, [{ orders: null }]],
  ['is not asked for', { outcome: 'refused' }, [{ orders: null }]],
  ['cannot be read', { outcome: 'failed', cause: 'down' }, [{ orders: null }]],
  ['began anew where it was damaged', { outcome: 'read', tier: 'live', profile: anew }, [{ orders: null }]],
  ['is gone', { outcome: 'read', tier: 'live', profile: undefined }, []],
])('of a device whose profile %s the features are known, unknown or nothing', async (_name, read, expected) => {
  const { states, failures } = ask({ a: read })
  expect(await states).toEqual(expected)
  expect(failures).toEqual(read.outcome === 'failed' ? ['down'] : [])
})

test('all devices are asked for at once, before any has answered', () => {
  const never = new Promise<ProfileRead>(() => undefined)
  expect(ask({ a: never, b: never } as never).asked).toEqual(['a', 'b'])
})

test('no device is asked for if the site has no features, the user could not be read, or has no other device', async () => {
  const read: ProfileRead = { outcome: 'read', tier: 'live', profile }
  for (const { states, asked } of [
    ask({ a: read }, { of: { ...site, features: [] } }),
    ask({ a: read }, { read: { outcome: 'late' } }),
    ask({ own: read }),
  ])
    expect([await states, asked]).toEqual([[], []])
})
