import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readCatalog } from '../../server/src/catalog/load.ts'
import type { Site } from '../../server/src/catalog/site.ts'
import { createTimelines } from '../../server/src/consumers/tv/timelines.ts'
import { createAnswerBytes } from '../../server/src/decide/answer-bytes.ts'
import { createDecider } from '../../server/src/decide/decide.ts'
import { createFeaturesOf, type ReadDefinitions } from '../../server/src/decide/features-of.ts'
import { createProfileReader } from '../../server/src/decide/read/profile-reader.ts'
import { createVisitorResolver } from '../../server/src/decide/resolve-visitor.ts'
import { createTokens } from '../../server/src/identity/token.ts'
import { openLmdbStore } from '../../server/src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../server/src/stores/store.ts'
import { ensureDecideData } from './data.ts'
import { SECRET } from './visitors.ts'

const page = {
  path: '/shop/shoes',
  campaign: 'spring',
  source: 'mail',
  referrer: '',
  device: 'mobile',
  language: 'de-CH',
} as const

function fail(cause: unknown): never {
  throw cause
}

/** Decisions without HTTP, from a token to the answer's text: token, profile, engine and JSON. */
interface Decisions {
  answer(token: string): Promise<ReturnType<ReturnType<typeof createAnswerBytes>>>
  close(): Promise<void>
}

/** Dependencies of decisions. */
interface DecisionsOptions {
  site: Site
  store: ProfileStore
  readDefinitions?: ReadDefinitions
}

/** The service's own parts over a store, without HTTP. */
export function decisionsOf({ site, store, readDefinitions = () => new Map() }: DecisionsOptions): Decisions {
  const resolveVisitor = createVisitorResolver({
    tokens: createTokens({ secret: SECRET }),
    readProfile: createProfileReader({ store, budgetMs: () => 8, profileCacheBytes: 0 }).read,
    verifyLink: () => undefined,
    rememberLink: () => undefined,
    featuresOf: createFeaturesOf(readDefinitions),
    now: Date.now,
    onStoreFailure: fail,
  })
  const { of: airingsOf } = createTimelines({ now: Date.now, onProblem: fail })
  const decide = createDecider({
    resolveVisitor,
    airingsOf,
    now: Date.now,
    onDecided: () => undefined,
    onEngineFailure: fail,
  })
  const answerBytes = createAnswerBytes()
  return {
    async answer(token) {
      return answerBytes(await decide({ site, consent: 'granted', token, mayLink: true, page }))
    },
    close: () => store.close(),
  }
}

/** Opens the service's own parts over a million profiles. */
export async function openDecisions(): Promise<Decisions> {
  const { catalogFile, dataDirectory } = await ensureDecideData()
  const site = readCatalog(await readFile(catalogFile, 'utf8'), catalogFile)
  return decisionsOf({ site, store: openLmdbStore(join(dataDirectory, 'profiles')) })
}
