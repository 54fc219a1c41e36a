import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quantile } from '../../lab/statistics.ts'
import { readCatalog } from '../../server/src/catalog/load.ts'
import { createAnswerBytes } from '../../server/src/decide/answer-bytes.ts'
import { createDecider } from '../../server/src/decide/decide.ts'
import { createProfileReader } from '../../server/src/decide/read/profile-reader.ts'
import { createVisitorResolver } from '../../server/src/decide/resolve-visitor.ts'
import { createTokens } from '../../server/src/identity/token.ts'
import { openLmdbStore } from '../../server/src/stores/lmdb/lmdb.ts'
import { ensureDecideData } from '../decide/data.ts'
import { SECRET, tokensOf } from '../decide/visitors.ts'
import type { Measurement } from '../figure.ts'

const REQUESTS = 100_000

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

/** From a parsed question to the answer's text: token, profile, engine and JSON, without HTTP. */
export const decideInProcess: Measurement = {
  title: `decisions in process, ${REQUESTS} of a million visitors`,
  families: ['decide.inProcess'],
  async measure() {
    const { catalogFile, dataDirectory } = await ensureDecideData()
    const site = readCatalog(await readFile(catalogFile, 'utf8'), catalogFile)
    const store = openLmdbStore(join(dataDirectory, 'profiles'))
    const resolveVisitor = createVisitorResolver({
      tokens: createTokens({ secret: SECRET }),
      readProfile: createProfileReader({ store, budgetMs: () => 8, profileCacheBytes: 0 }).read,
      verifyLink: () => undefined,
      rememberLink: () => undefined,
      now: Date.now,
      onStoreFailure: fail,
    })
    const decide = createDecider({ resolveVisitor, now: Date.now, onDecided: () => undefined, onEngineFailure: fail })
    const answerBytes = createAnswerBytes()
    const tokens = tokensOf(REQUESTS, 7_919)
    const times: number[] = []
    // The first round makes code and pages of the store warm.
    for (const round of ['warm', 'measured']) {
      for (const token of tokens) {
        const startMs = performance.now()
        const answer = await decide({ site, consent: 'granted', token, mayLink: true, page })
        const text = answerBytes(answer)
        if (round === 'measured') times.push((performance.now() - startMs) * 1_000)
        if (!text.includes('"tier":"live"')) throw new Error(`no live decision: ${text}`)
      }
    }
    await store.close()
    return [{ name: 'decide.inProcessUs', value: quantile(times, 0.5), unit: 'µs', limit: 20 }]
  },
}
