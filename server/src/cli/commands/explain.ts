import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { explain as explainSlots } from 'prepaint/engine'
import type { Site } from '../../catalog/site.ts'
import { openSites, type Sites } from '../../catalog/sites.ts'
import { createVisitorResolver, type Identity, type ResolvedVisitor } from '../../decide/resolve-visitor.ts'
import { findSecret } from '../../identity/secret.ts'
import { createTokens } from '../../identity/token.ts'
import { isClaimed } from '../../service/data-directory.ts'
import { openLmdbStore } from '../../stores/lmdb/lmdb.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { formatExplanation } from '../explanation.ts'
import { pageOf } from '../page-of.ts'
import { withProgress } from '../progress.ts'
import { readConfig, serviceOptions } from '../settings.ts'
import { verifyForCommand } from '../verify-for-command.ts'

function siteOf(sites: Sites, name: string | undefined): Site {
  const all = sites.all()
  const site = name === undefined && all.length === 1 ? all[0] : sites.get(name ?? '')
  if (!site) throw new UsageError(`--site must be one of ${all.map((one) => one.name).join(', ')}`)
  return site
}

/** Reads the person meant: exactly one of three. */
function personOf(values: CommandValues): Pick<Identity, 'token' | 'userId' | 'consent'> {
  const [token, userId] = [textOf(values, 'visitor'), textOf(values, 'user')]
  const isAnonymous = values['anonymous'] === true
  const named = [token !== undefined, userId !== undefined, isAnonymous].filter(Boolean).length
  if (named !== 1) throw new UsageError('say for whom: --visitor TOKEN, --user ID or --anonymous')
  return { token, userId, consent: isAnonymous ? 'pending' : 'granted' }
}

async function secretOf(dataDirectory: string, env: CommandIo['env']): Promise<string> {
  const secret = env['PREPAINT_SECRET'] ?? (await findSecret(dataDirectory))
  if (secret === undefined)
    throw new UsageError(`no secret in ${dataDirectory}: set PREPAINT_SECRET, or --data of a service that has run`)
  return secret
}

function instantOf(text: string | undefined): number {
  const instantMs = text === undefined ? Date.now() : Date.parse(text)
  if (Number.isNaN(instantMs)) throw new UsageError('--at must be an instant such as 2026-12-24T18:00:00Z')
  return instantMs
}

/** Resolves the visitor as the service does, but for as long as it takes, and writes nothing. */
async function contextOf(
  site: Site,
  person: Pick<Identity, 'token' | 'userId' | 'consent'>,
  { dataDirectory, env, nowMs }: { dataDirectory: string; env: CommandIo['env']; nowMs: number },
): Promise<Pick<ResolvedVisitor, 'context' | 'link'>> {
  if (person.consent !== 'granted') return { context: {} }
  const tokens = createTokens({ secret: await secretOf(dataDirectory, env) })
  if (person.token !== undefined && tokens.verify(site.name, person.token) === undefined) {
    throw new UsageError(
      `--visitor: not signed by this service for ${site.name}, or expired: see the cookie ${site.prefix}_id`,
    )
  }
  const directory = join(dataDirectory, 'profiles')
  if (!existsSync(directory))
    throw new UsageError(`no profiles in ${dataDirectory}: give --data of a service that has run`)
  // A service that runs has verified them, and is writing to them.
  if (!(await isClaimed(dataDirectory))) await verifyForCommand(directory)
  const store = openLmdbStore(directory, { isReadOnly: true, now: Date.now })
  try {
    const resolveVisitor = createVisitorResolver({
      tokens,
      verifyLink: () => undefined,
      readProfile: async (name, id) => ({ outcome: 'read', tier: 'live', profile: await store.readFacts(name, id) }),
      rememberLink: () => undefined,
      onStoreFailure: () => undefined,
      now: () => nowMs,
    })
    return await resolveVisitor({ site, ...person, mayLink: true })
  } finally {
    await store.close()
  }
}

/** `explain`: what a visitor would see on a page, and why. Reads beside a service that runs. */
export const explain: Command = {
  options: {
    visitor: { type: 'string', value: 'TOKEN', help: "the visitor's token: the cookie pp_id, on https __Host-pp_id" },
    user: { type: 'string', value: 'ID', help: "a user, by the brand's own id" },
    anonymous: { type: 'boolean', help: 'somebody who has not agreed to be known' },
    url: { type: 'string', value: 'URL', help: 'the page, with its campaign parameters' },
    device: { type: 'string', value: 'CLASS', help: 'desktop (default), mobile or tablet' },
    language: { type: 'string', value: 'TAG', help: "the browser's first language, such as de-CH" },
    referrer: { type: 'string', value: 'HOST', help: 'where the visitor came from' },
    at: { type: 'string', value: 'INSTANT', help: 'default now' },
    site: { type: 'string', value: 'NAME', help: 'needed with several catalogs' },
    catalog: serviceOptions['catalog'] as (typeof serviceOptions)[string],
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
  },
  async run(values, io) {
    const person = personOf(values)
    const [device, language, referrer] = ['device', 'language', 'referrer'].map((name) => textOf(values, name))
    const page = pageOf(textOf(values, 'url') ?? '', { device, language, referrer })
    const nowMs = instantOf(textOf(values, 'at'))
    const { catalogs, dataDirectory } = readConfig(values, io.env, {
      catalogs: ['./catalog.yaml'],
      dataDirectory: './.prepaint',
    })
    const site = siteOf(await openSites(catalogs), textOf(values, 'site'))
    const { context, link } = await withProgress(
      io,
      'reading profiles',
      contextOf(site, person, { dataDirectory, env: io.env, nowMs }),
    )
    const slots = explainSlots(site.compiled, { ...context, page, nowMs })
    const linked = link && { userId: link.userId, until: new Date(link.untilMs).toISOString() }
    io.stdout.write(
      values['json'] === true
        ? `${JSON.stringify({ site: site.name, ...(linked ? { link: linked } : {}), slots })}\n`
        : formatExplanation(slots, linked),
    )
  },
}
