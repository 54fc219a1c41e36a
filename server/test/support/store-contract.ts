import { expect, test } from 'vitest'
import type { SiteDefinitions } from '../../src/profiles/features/definitions.ts'
import { fold } from '../../src/profiles/fold.ts'
import type { Profile } from '../../src/profiles/profile.ts'
import type { Position } from '../../src/stores/position.ts'
import { type ProfileStore, type ProfileWrite, RowsError } from '../../src/stores/store.ts'
import { temporaryDirectory } from './start-service.ts'

function profileOf(plan: string): Profile {
  const traits = { plan, 'ü.ñ': [1, null, { isDeep: true }] }
  return fold(undefined, { event: { type: 'identify', messageId: 'm', timestamp: '', traits }, atMs: Date.now() })
}

/** A write at a place in the log; later places are written later. */
function writeOf(visitorId: string, profile: Profile | undefined, position: Partial<Position> = {}): ProfileWrite {
  return { site: 'site', visitorId, profile, position: { epoch: 1, offset: 1, writtenUs: 1, ...position } }
}

function definitionsOf(id: string, offset: number): SiteDefinitions {
  const at = { epoch: 1, offset }
  const definition = { kind: 'ever', event: id, where: { 'ü.ñ': [1, null] as never } } as const
  return { features: [{ id, definition, since: at }], at, writtenUs: offset }
}

/** Tests that every profile store must pass. `open` opens the store that lives in a directory. */
export function testStore(name: string, open: (directory: string) => Promise<ProfileStore>): void {
  test(`${name} has nothing before the first commit`, async () => {
    const store = await open(await temporaryDirectory())
    expect(await store.readFacts('site', 'visitor')).toBeUndefined()
    expect((await store.base('site', 'visitor'))?.profile).toBeUndefined()
    expect(await store.resumePoint()).toMatchObject({ offset: 0 })
    expect(await store.readDefinitions()).toEqual(new Map())
    await store.close()
  })

  test(`${name} reads what was committed, and after a restart too`, async () => {
    const directory = await temporaryDirectory()
    const store = await open(directory)
    const { epoch } = await store.resumePoint()
    const [one, two] = [profileOf('one'), profileOf('two')]
    await store.commit([writeOf('a', one), writeOf('b', two)], { epoch, offset: 7 })
    expect((await store.base('site', 'b'))?.profile).toEqual(two)
    expect((await store.base('site', 'a'))?.profile).toEqual(one)
    expect(await store.readFacts('site', 'a')).toMatchObject({ traits: one.traits, pageViews: 0 })
    expect(await store.readFacts('site', 'c')).toBeUndefined()
    await store.close()
    const again = await open(directory)
    expect(await again.resumePoint()).toMatchObject({ epoch, offset: 7 })
    expect((await again.base('site', 'a'))?.profile).toEqual(one)
    await again.close()
  })

  test(`${name} replaces a profile and keeps the offset of a commit without profiles`, async () => {
    const store = await open(await temporaryDirectory())
    const { epoch } = await store.resumePoint()
    await store.commit([writeOf('a', profileOf('one'), { writtenUs: 1 })], { epoch, offset: 1 })
    await store.commit([writeOf('a', profileOf('two'), { writtenUs: 2 })], { epoch, offset: 2 })
    await store.commit([], { epoch, offset: 3 })
    expect((await store.readFacts('site', 'a'))?.traits['plan']).toBe('two')
    expect(await store.resumePoint()).toMatchObject({ epoch, offset: 3 })
    await store.close()
  })

  test(`${name} keeps the definitions of features that a commit brings, and the others as they are`, async () => {
    const directory = await temporaryDirectory()
    const store = await open(directory)
    const { epoch } = await store.resumePoint()
    const [one, two, three] = [definitionsOf('ü', 1), definitionsOf('b', 2), definitionsOf('c', 3)]
    await store.commit([], { epoch, offset: 1, definitions: new Map(Object.entries({ one, two })) })
    await store.commit([], { epoch, offset: 2 })
    await store.commit([writeOf('a', profileOf('one'))], { epoch, offset: 3, definitions: new Map([['two', three]]) })
    const expected = new Map(Object.entries({ one, two: three }))
    expect(await store.readDefinitions()).toEqual(expected)
    await store.close()
    const again = await open(directory)
    expect(await again.readDefinitions()).toEqual(expected)
    await again.close()
  })

  test(`${name} erases a profile, and takes another one afterwards`, async () => {
    const store = await open(await temporaryDirectory())
    const { epoch } = await store.resumePoint()
    await store.commit([writeOf('a', profileOf('one'), { writtenUs: 1 })], { epoch, offset: 1 })
    await store.commit([writeOf('a', undefined, { writtenUs: 2 })], { epoch, offset: 2 })
    expect(await store.readFacts('site', 'a')).toBeUndefined()
    expect((await store.base('site', 'a'))?.profile).toBeUndefined()
    await store.commit([writeOf('a', profileOf('two'), { writtenUs: 3 })], { epoch, offset: 3 })
    expect((await store.readFacts('site', 'a'))?.traits['plan']).toBe('two')
    await store.close()
  })

  test(`${name} keeps sites apart, also where names run together`, async () => {
    const store = await open(await temporaryDirectory())
    const { epoch } = await store.resumePoint()
    await store.commit([{ ...writeOf('c', profileOf('one')), site: 'ab' }], { epoch, offset: 1 })
    expect(await store.readFacts('a', 'bc')).toBeUndefined()
    expect(await store.readFacts('ab', 'd')).toBeUndefined()
    await store.close()
  })

  test(`${name} writes nothing of a commit that cannot be encoded`, async () => {
    const store = await open(await temporaryDirectory())
    const { epoch } = await store.resumePoint()
    const sound = profileOf('one')
    const broken = Object.defineProperty({ ...sound }, 'traits', {
      enumerable: true,
      get() {
        throw new Error('cannot be encoded')
      },
    })
    await expect(store.commit([writeOf('a', sound), writeOf('b', broken)], { epoch, offset: 9 })).rejects.toThrow(
      RowsError,
    )
    expect(await store.readFacts('site', 'a')).toBeUndefined()
    expect(await store.resumePoint()).toMatchObject({ offset: 0 })
    await store.close()
  })
}
