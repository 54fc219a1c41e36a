import * as fc from 'fast-check'
import type { Event } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { decodeProfile, encodeProfile } from '../../src/profiles/codec.ts'
import { type FoldedEvent, openProfile } from '../../src/profiles/fold.ts'
import type { Profile } from '../../src/profiles/profile.ts'

const NAMES = ['a', '__proto__', '7', 'pp:unlinked', 'pp:assigned', 'é'.repeat(90)]

function bodyOf(kind: number, text: string): object {
  if (kind === 0) return { type: 'page' }
  if (kind === 1) return { type: 'identify', userId: text, traits: { [text]: kind } }
  const properties = { experience: text.slice(0, 1), variant: 'b', outcome: 'shown' }
  return { type: 'track', event: text, properties }
}

/** Events of which some are sent twice. */
const happenings = fc.array(
  fc.record({
    kind: fc.nat(5),
    text: fc.constantFrom(...NAMES),
    id: fc.nat(700),
    atMs: fc.nat(1_000),
    isFromServer: fc.boolean(),
  }),
  { maxLength: 900, size: 'max' },
)

function happeningOf({
  kind,
  text,
  id,
  atMs,
  isFromServer,
}: { [Field in 'kind' | 'id' | 'atMs']: number } & {
  text: string
  isFromServer: boolean
}): FoldedEvent {
  const event = { messageId: `${id}`, timestamp: '', ...bodyOf(kind, text) } as Event
  return { event, atMs, isFromServer }
}

function folded(profile: Profile | undefined, events: readonly FoldedEvent[]): Profile | undefined {
  const open = openProfile(profile)
  for (const event of events) open.add(event)
  return open.close()
}

test('events that are folded at once make the bytes that they make one by one, stored in between', () => {
  fc.assert(
    fc.property(happenings, (values) => {
      const events = values.map(happeningOf)
      const oneByOne = events.reduce<Profile | undefined>(
        (profile, event) => decodeProfile(encodeProfile(folded(profile, [event]) as Profile)),
        undefined,
      )
      const atOnce = folded(undefined, events)
      expect(atOnce && encodeProfile(atOnce)).toEqual(oneByOne && encodeProfile(oneByOne))
    }),
    { numRuns: 40 },
  )
})

test('a profile that was opened stays as it was', () => {
  const before = folded(undefined, [happeningOf({ kind: 2, text: 'a', id: 1, atMs: 1, isFromServer: true })]) as Profile
  const bytes = encodeProfile(before)
  const others = NAMES.map((text, id) => happeningOf({ kind: 2, text, id: id + 2, atMs: 2, isFromServer: id > 2 }))
  expect(folded(before, others)).not.toEqual(before)
  expect(encodeProfile(before)).toEqual(bytes)
})

test('an event that cannot be folded leaves no trace', () => {
  const sound = happeningOf({ kind: 2, text: 'a', id: 1, atMs: 1, isFromServer: false })
  const flawed = { event: { ...sound.event, messageId: '2', event: 5 } as unknown as Event, atMs: 9 }
  const open = openProfile(undefined)
  open.add(sound)
  expect(() => open.add(flawed)).toThrow('has no name')
  expect(open.close()).toEqual(folded(undefined, [sound]))
})
