import { expect, test } from 'vitest'
import { foldDevice, isDeviceOf, otherDevices } from '../../src/profiles/devices.ts'
import { fold } from '../../src/profiles/fold.ts'
import { foldErasure, foldLink } from '../../src/profiles/link.ts'
import type { Profile } from '../../src/profiles/profile.ts'

const NOW_MS = 1_000
const AT = { epoch: 0, offset: 100 }

/** The record of a link that was opened at that time. */
function opened(receivedMs: number, more: { untilMs?: number; signedMs?: number; from?: string } = {}) {
  const event = { type: 'identify', messageId: `l${receivedMs}`, timestamp: '', userId: 'u' } as const
  return { receivedMs, atMs: receivedMs, event, untilMs: 9_000, signedMs: 1, ...more }
}

/** The user's profile after visitors have opened links, one after the other. */
function userOf(...opening: [visitorId: string, record: ReturnType<typeof opened>][]): Profile | undefined {
  return opening.reduce<Profile | undefined>((profile, [id, record]) => foldDevice(profile, id, record, AT), undefined)
}

const idsOf = (user: Profile | undefined): string[] | undefined => user?.devices?.map(({ id }) => id)

test('a user knows the 16 devices that have opened a link last, newest last, in whatever order the log tells of them', () => {
  const opening = Array.from({ length: 18 }, (_, index): [string, ReturnType<typeof opened>] => [
    `v${index}`,
    opened(index),
  ])
  const newest = opening.slice(2).map(([id]) => id)
  expect(idsOf(userOf(...opening))).toEqual(newest)
  expect(idsOf(userOf(...opening.toReversed()))).toEqual(newest)
})

test('a link that is opened once more makes its device the newest, and the later end counts', () => {
  const user = userOf(['a', opened(1)], ['b', opened(2)], ['a', opened(3, { untilMs: 9_500 })])
  expect(user?.devices).toEqual([
    { id: 'b', openedMs: 2, untilMs: 9_000 },
    { id: 'a', openedMs: 3, untilMs: 9_500 },
  ])
})

test('a link that ends takes its device out, and leaves the others', () => {
  expect(idsOf(userOf(['a', opened(1)], ['b', opened(2)], ['a', opened(3, { untilMs: 3 })]))).toEqual(['b'])
  expect(userOf(['a', opened(3, { untilMs: 3 })])).toBeUndefined()
})

test('two visitors of one history are one device: the later one', () => {
  const twins = [
    ['a', opened(1, { from: 'x' })],
    ['b', opened(2, { from: 'x' })],
    ['c', opened(3, { from: 'y' })],
  ] as [string, ReturnType<typeof opened>][]
  expect(idsOf(userOf(...twins))).toEqual(['b', 'c'])
  expect(idsOf(userOf(...twins.toReversed()))).toEqual(['b', 'c'])
})

test('the erasure of a user forgets the devices, and a link of before brings none back', () => {
  const erased = foldErasure('user:u', 500, { epoch: 0, offset: 200 })
  expect(foldDevice(erased, 'a', opened(600, { signedMs: 400 }), { epoch: 0, offset: 300 })).toBe(erased)
  const again = foldDevice(erased, 'a', opened(600, { signedMs: 550 }), { epoch: 0, offset: 300 })
  expect(idsOf(again)).toEqual(['a'])
})

test('a device is asked for while its link holds, and not if it asks itself or has the same history', () => {
  const user = userOf(
    ['over', opened(1, { untilMs: NOW_MS })],
    ['own', opened(2)],
    ['twin', opened(3, { from: 'x' })],
    ['other', opened(4, { from: 'y' })],
  )
  expect(otherDevices(user, { ids: [undefined, 'own'], from: 'x' }, NOW_MS)).toEqual(['other'])
  expect(otherDevices(undefined, { ids: [] }, NOW_MS)).toEqual([])
})

test("a device counts as long as its own profile says so: not after it was erased, logged out, or is somebody else's", () => {
  const device = foldLink(undefined, opened(10), AT)
  const u = { userId: 'u', user: undefined }
  const loggedOut = fold(device, {
    event: { type: 'track', event: 'pp:unlinked', messageId: 'm', timestamp: '' },
    atMs: 20,
  })
  expect(isDeviceOf(u, device, NOW_MS)).toBe(true)
  expect(isDeviceOf(u, device, 9_000)).toBe(false)
  expect(isDeviceOf(u, undefined, NOW_MS)).toBe(false)
  expect(isDeviceOf(u, loggedOut, NOW_MS)).toBe(false)
  expect(isDeviceOf({ ...u, userId: 'v' }, device, NOW_MS)).toBe(false)
  const erased = foldErasure('user:u', 500, { epoch: 0, offset: 200 })
  expect(isDeviceOf({ ...u, user: erased }, device, NOW_MS)).toBe(false)
})
