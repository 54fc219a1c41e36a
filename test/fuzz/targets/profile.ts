import { readFileSync } from 'node:fs'
import { compile, decide } from 'prepaint/engine'
import { readCatalog } from '../../../server/src/catalog/load.ts'
import { compileRegex } from '../../../server/src/catalog/regex.ts'
import { decodeRecord, encodeRecord } from '../../../server/src/ingest/record.ts'
import {
  decodeFacts,
  decodeProfile,
  encodeProfile,
  ProfileDamagedError,
  ProfileFormatError,
} from '../../../server/src/profiles/codec.ts'
import { fold, type FoldedEvent } from '../../../server/src/profiles/fold.ts'
import { visitorFacts } from '../../../server/src/profiles/linked.ts'
import type { Profile } from '../../../server/src/profiles/profile.ts'
import { bytesOf, promise, type Target } from '../target.ts'

const atMs = Date.UTC(2026, 10, 28)
const page = { path: '/', campaign: 'spring', referrer: '', device: 'mobile' as const, language: 'de' }
const shop = readCatalog(
  readFileSync(new URL('../../../demo/shop/catalog.yaml', import.meta.url), 'utf8'),
  'catalog.yaml',
)
const compiled = compile(shop.catalog, { compileRegex })

const stamp = { messageId: 'm', timestamp: new Date(atMs).toISOString() }
const happenings: readonly FoldedEvent[] = [
  { atMs, event: { ...stamp, messageId: 'm-1', type: 'page' } },
  {
    atMs,
    event: { ...stamp, messageId: 'm-2', type: 'track', event: 'toJSON', properties: { constructor: { toJSON: 1 } } },
  },
  {
    atMs,
    event: { ...stamp, messageId: 'm-3', type: 'identify', traits: { plan: 'pro', constructor: 'x', then: [1] } },
  },
  {
    atMs,
    event: {
      ...stamp,
      messageId: 'm-4',
      type: 'track',
      event: 'pp:assigned',
      properties: { experience: 'constructor', variant: 'then', outcome: 'shown' },
    },
  },
]

function folded(from?: Profile): Profile {
  return happenings.reduce<Profile | undefined>((profile, happening) => fold(profile, happening), from) as Profile
}

/** Decides for a profile, which must not fail or take long. */
function use(profile: Profile): void {
  decide(compiled, { page, nowMs: atMs, visitorId: 'visitor-1', visitor: visitorFacts(profile) })
}

/** A stored profile is read or refused by name; one that is read decides, learns and is stored again. */
export function createProfileTarget(): Target {
  return {
    name: 'profile',
    seeds: [encodeProfile(folded())],
    words: [
      'traits',
      'events',
      'assignments',
      'shown',
      'pageViews',
      'recent',
      'seen',
      '\xc0',
      '\xdf\xff\xff\xff\xff',
      '\xc1',
      '\xd6\xff',
    ],
    run(input) {
      try {
        decodeFacts(input)
        use(decodeProfile(input))
      } catch (error) {
        if (error instanceof ProfileDamagedError || error instanceof ProfileFormatError) return
        throw error
      }
      const again = decodeProfile(encodeProfile(folded(decodeProfile(input))))
      use(again)
      promise(Number.isFinite(again.lastSeenMs), 'a profile that was folded has lost its time')
    },
  }
}

/** A record of the log is read or refused; one that is read is folded into a profile that can be stored. */
export function createRecordTarget(): Target {
  const seeds = happenings.map(
    (happening) =>
      encodeRecord({ kind: 'event', site: 'shop', visitorId: 'visitor-1', receivedMs: atMs, ...happening }).payload,
  )
  return {
    name: 'record',
    seeds: [...seeds, bytesOf('{"site":"shop","visitorId":"v","receivedMs":1}')],
    words: [
      'site',
      'visitorId',
      'receivedMs',
      'atMs',
      'event',
      'type',
      'track',
      'identify',
      'alias',
      'messageId',
      'traits',
      'properties',
      '{"toJSON":1}',
    ],
    run(input) {
      for (const kind of [1, 2, 3, 255]) {
        try {
          const record = decodeRecord({ kind, keyId: 0, payload: input })
          if ('event' in record) decodeProfile(encodeProfile(fold(undefined, record)))
        } catch (error) {
          // Such an entry is passed over, and told.
          promise(
            error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError,
            String(error),
          )
        }
      }
    },
  }
}
