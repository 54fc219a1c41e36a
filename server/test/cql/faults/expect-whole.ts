import { join } from 'node:path'
import { expect } from 'vitest'
import { decodeProfile, encodeProfile } from '../../../src/profiles/codec.ts'
import { fold } from '../../../src/profiles/fold.ts'
import type { Profile } from '../../../src/profiles/profile.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { readPlacedEvents } from '../../support/read-events.ts'
import type { Crowd } from './crowd.ts'

/** As it comes back from a store. */
function stored(profile: Profile | undefined): Profile | undefined {
  return profile && decodeProfile(encodeProfile(profile))
}

/**
 * Every event that was acknowledged is in the log of the service, which has ended, and none that was not sent; and every
 * profile in the store is what folding this log in memory makes of it, whole.
 */
export async function expectWhole(crowd: Crowd, dataDirectory: string, store: ProfileStore): Promise<void> {
  const log = await openSegments({ directory: join(dataDirectory, 'log') })
  const events = await readPlacedEvents(log)
  await log.close()
  const logged = new Set(events.map(({ event }) => event.messageId))
  expect(
    [...crowd.acknowledged].filter((id) => !logged.has(id)),
    'acknowledged, and not in the log',
  ).toEqual([])
  expect(
    [...logged].filter((id) => !crowd.sent.has(id)),
    'in the log, and never sent',
  ).toEqual([])
  const bases = await Promise.all(crowd.visitorIds.map((id) => store.base('agency', id)))
  // Of the one log: the store that is read with here would begin another.
  const [epoch = 0] = bases.flatMap((base) => base?.position?.epoch ?? [])
  const reference = new Map<string, Profile>()
  for (const { nextOffset, ...record } of events) {
    const at = { epoch, offset: nextOffset }
    reference.set(record.visitorId, fold(reference.get(record.visitorId), { ...record, at }))
  }
  expect(bases.map((base) => base?.profile)).toEqual(crowd.visitorIds.map((id) => stored(reference.get(id))))
}
