import { expect, test } from 'vitest'
import { fold } from '../src/profiles/fold.ts'
import type { Profile } from '../src/profiles/profile.ts'
import type { ProfileStore } from '../src/stores/store.ts'
import { temporaryDirectory } from './start-service.ts'

function profileOf(plan: string): Profile {
  const traits = { plan, 'ü.ñ': [1, null, { isDeep: true }] }
  return fold(undefined, { event: { type: 'identify', messageId: 'm', timestamp: '', traits }, atMs: 1.5e12 })
}

/** What every profile store must do. `open` opens the store that lives in a directory. */
export function testStore(name: string, open: (directory: string) => ProfileStore): void {
  test(`${name} has nothing before the first commit`, async () => {
    const store = open(await temporaryDirectory())
    expect(await store.read('site', 'visitor')).toBeUndefined()
    expect(await store.offset()).toBe(0)
    await store.close()
  })

  test(`${name} reads what was committed, and after a restart too`, async () => {
    const directory = await temporaryDirectory()
    const store = open(directory)
    const [one, two] = [profileOf('one'), profileOf('two')]
    const writes = [
      { site: 'site', visitorId: 'a', profile: one },
      { site: 'site', visitorId: 'b', profile: two },
    ]
    await store.commit(writes, 7)
    expect(await store.read('site', 'a')).toEqual(one)
    expect(await store.read('site', 'b')).toEqual(two)
    expect(await store.readFacts('site', 'a')).toMatchObject({ traits: one.traits, pageViews: 0 })
    expect(await store.readFacts('site', 'c')).toBeUndefined()
    await store.close()
    const again = open(directory)
    expect(await again.read('site', 'a')).toEqual(one)
    expect(await again.offset()).toBe(7)
    await again.close()
  })

  test(`${name} replaces a profile and keeps the offset of a commit without profiles`, async () => {
    const store = open(await temporaryDirectory())
    await store.commit([{ site: 'site', visitorId: 'a', profile: profileOf('one') }], 1)
    await store.commit([{ site: 'site', visitorId: 'a', profile: profileOf('two') }], 2)
    await store.commit([], 3)
    expect((await store.read('site', 'a'))?.traits['plan']).toBe('two')
    expect(await store.offset()).toBe(3)
    await store.close()
  })

  test(`${name} keeps sites apart, also where names run together`, async () => {
    const store = open(await temporaryDirectory())
    await store.commit([{ site: 'ab', visitorId: 'c', profile: profileOf('one') }], 1)
    expect(await store.read('a', 'bc')).toBeUndefined()
    expect(await store.read('ab', 'd')).toBeUndefined()
    await store.close()
  })

  test(`${name} commits all or nothing`, async () => {
    const store = open(await temporaryDirectory())
    const sound = profileOf('one')
    const broken = Object.defineProperty({ ...sound }, 'traits', {
      enumerable: true,
      get() {
        throw new Error('cannot be encoded')
      },
    })
    const writes = [{ site: 'site', visitorId: 'a', profile: sound }, { site: 'site', visitorId: 'b', profile: broken }]
    await expect(store.commit(writes, 9)).rejects.toThrow('cannot be encoded')
    expect(await store.read('site', 'a')).toBeUndefined()
    expect(await store.offset()).toBe(0)
    await store.close()
  })
}
