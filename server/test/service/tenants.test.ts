import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { signLink } from '../../src/identity/link.ts'
import { createService } from '../../src/service/service.ts'
import { PAGE, SENT_AT, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const SITES = ['one', 'two'] as const
type SiteName = (typeof SITES)[number]

/** Shows `leak` to whom the other site has written, and `own` to whom this one has. */
function catalogOf(site: SiteName): string {
  const other = SITES.find((name) => name !== site)
  return `site: ${site}
origins: [https://${site}.example]
slots: { hero: {} }
audiences: { other: { traits.owner: ${other} }, own: { traits.owner: ${site} } }
experiences:
  - { id: leak, slot: hero, audience: other, variants: [{ id: v, do: [{ text: leak }] }] }
  - { id: own, slot: hero, audience: own, variants: [{ id: v, do: [{ text: own }] }] }
`
}

async function start() {
  const directory = await temporaryDirectory()
  const catalogs = SITES.map((site) => join(directory, `${site}.yaml`))
  await Promise.all(SITES.map((site, index) => writeFile(catalogs[index] as string, catalogOf(site))))
  const config = {
    catalogs,
    dataDirectory: join(directory, 'data'),
    port: 0,
    adminPort: 0,
    secret,
    visitorPerMinute: 1e9,
  }
  const service = await createService(config, { logStream: { write: () => undefined } })
  onTestFinished(() => service.close())
  const { url } = await service.listen()
  const post = async <Body>(path: string, body: object, headers: { [name: string]: string } = {}): Promise<Body> => {
    const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body), headers })
    return (await response.json()) as Body
  }
  return { service, post }
}

/** An act at a site, with tokens and links of either site. */
interface Step {
  does: 'visit' | 'tell' | 'tellOfUser' | 'open' | 'ask'
  at: SiteName
  from: SiteName
  user: 'ann' | 'bob'
}

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('visit', 'tell', 'tellOfUser', 'open', 'ask'),
  at: fc.constantFrom(...SITES),
  from: fc.constantFrom(...SITES),
  user: fc.constantFrom('ann', 'bob'),
})

test('whatever is done with tokens, links and keys of both, no site is decided by what the other has written', async () => {
  const { service, post } = await start()
  const seen = new Set<string | undefined>()
  let lastId = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const tokens: { [site: string]: string | undefined } = {}
      const identify = (owner: SiteName) => ({
        type: 'identify',
        messageId: `${lastId++}`,
        timestamp: SENT_AT,
        traits: { owner },
      })
      for (const { does, at, from, user } of steps) {
        const question = { v: 1, site: at, consent: 'granted', page: PAGE }
        const link = signLink({ serverKey: keys.issue({ site: from, access: 'server' }), userId: user, days: 1 })
        const bearer = { authorization: `Bearer ${keys.issue({ site: from, access: 'server' })}` }
        const actions: { [Does in Step['does']]: () => Promise<DecideResponse | undefined> } = {
          visit: () => post('/v1/decide', { ...question, token: tokens[from] }),
          open: () => post('/v1/decide', { ...question, token: tokens[from], link }),
          ask: () => post('/v1/decide', { ...question, userId: user }, bearer),
          async tell() {
            await post('/v1/batch', { ...question, token: tokens[from] ?? '', sentAt: SENT_AT, batch: [identify(at)] })
            return undefined
          },
          async tellOfUser() {
            const writeKey = keys.issue({ site: at, access: 'events' })
            await post('/v1/identify', { ...identify(at), userId: user, anonymousId: tokens[from], writeKey })
            return undefined
          },
        }
        const answer = await actions[does]()
        tokens[at] = answer?.token ?? tokens[at]
        await service.caughtUp()
        const experience = answer?.slots?.['hero']?.experience
        seen.add(experience)
        expect(experience).not.toBe('leak')
      }
    }),
    { numRuns: 40 },
  )
  // The test would see it: what a site itself has written decides there.
  expect(seen).toContain('own')
})
