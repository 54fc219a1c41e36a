import type { Site } from '../catalog/site.ts'
import type { Sites } from '../catalog/sites.ts'
import { createFeaturesOf } from '../decide/features-of.ts'
import { createVisitorResolver, type Identity, type ResolvedVisitor } from '../decide/resolve-visitor.ts'
import { findSecret } from '../identity/secret.ts'
import { createTokens } from '../identity/token.ts'
import type { SiteDefinitions } from '../profiles/features/definitions.ts'
import type { Profile } from '../profiles/profile.ts'
import { type CommandIo, type CommandOption, type CommandValues, textOf, UsageError } from './command.ts'
import { openProfilesBeside } from './profiles-beside.ts'

/** Options that say who is meant. */
export const personOptions = {
  visitor: { type: 'string', value: 'TOKEN', help: "the visitor's token: the cookie pp_id, on https __Host-pp_id" },
  user: { type: 'string', value: 'ID', help: "a user, by the brand's own id" },
} satisfies { [name: string]: CommandOption }

/** Finds the site meant; the only one needs no name. @throws UsageError */
export function siteOf(sites: Sites, name: string | undefined): Site {
  const all = sites.all()
  const site = name === undefined && all.length === 1 ? all[0] : sites.get(name ?? '')
  if (!site) throw new UsageError(`--site must be one of ${all.map((one) => one.name).join(', ')}`)
  return site
}

/** Reads the person meant: exactly one. @throws UsageError that names the command's own options */
export function personOf(
  values: CommandValues,
  others: readonly string[] = [],
): Pick<Identity, 'token' | 'userId' | 'consent'> {
  const [token, userId] = [textOf(values, 'visitor'), textOf(values, 'user')]
  const isAnonymous = values['anonymous'] === true
  const named = [token !== undefined, userId !== undefined, isAnonymous].filter(Boolean).length
  if (named !== 1) throw new UsageError(`say for whom: ${['--visitor TOKEN', '--user ID', ...others].join(' or ')}`)
  return { token, userId, consent: isAnonymous ? 'pending' : 'granted' }
}

async function secretOf(dataDirectory: string, env: CommandIo['env']): Promise<string> {
  const secret = env['PREPAINT_SECRET'] ?? (await findSecret(dataDirectory))
  if (secret === undefined)
    throw new UsageError(`no secret in ${dataDirectory}: set PREPAINT_SECRET, or --data of a service that has run`)
  return secret
}

/** Everything that is known of a person. */
export interface KnownPerson extends Pick<ResolvedVisitor, 'context' | 'link'> {
  /** The profiles that were read: the visitor's own before the user's, then those of other devices; none for whom nothing is stored. */
  profiles: Profile[]
  /** Definitions of features that the store has for the site. */
  inForce?: SiteDefinitions | undefined
}

/** Resolves a person as the service does, but for as long as it takes, and writes nothing. @throws UsageError */
export async function readPerson(
  site: Site,
  person: Pick<Identity, 'token' | 'userId' | 'consent'>,
  { dataDirectory, env, nowMs }: { dataDirectory: string; env: CommandIo['env']; nowMs: number },
): Promise<KnownPerson> {
  if (person.consent !== 'granted') return { context: {}, profiles: [] }
  const tokens = createTokens({ secret: await secretOf(dataDirectory, env) })
  if (person.token !== undefined && tokens.verify(site.name, person.token) === undefined) {
    throw new UsageError(
      `--visitor: not signed by this service for ${site.name}, or expired: see the cookie ${site.prefix}_id`,
    )
  }
  const store = await openProfilesBeside({ dataDirectory, store: env['PREPAINT_STORE'] })
  const profiles: Profile[] = []
  try {
    const definitions = await store.readDefinitions()
    const resolveVisitor = createVisitorResolver({
      tokens,
      verifyLink: () => undefined,
      readProfile: async (name, id) => {
        const profile = (await store.base(name, id))?.profile
        if (profile) profiles.push(profile)
        return { outcome: 'read', tier: 'live', profile }
      },
      rememberLink: () => undefined,
      featuresOf: createFeaturesOf(() => definitions),
      onStoreFailure: () => undefined,
      now: () => nowMs,
    })
    return {
      ...(await resolveVisitor({ site, ...person, mayLink: true })),
      profiles,
      inForce: definitions.get(site.name),
    }
  } finally {
    await store.close()
  }
}
