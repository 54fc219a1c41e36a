import type { Site } from '../../catalog/site.ts'
import { openSites } from '../../catalog/sites.ts'
import { createKnownFeatures } from '../../profiles/features/known.ts'
import { type AudienceReport, audienceReport, formatAudiences } from '../audience-report.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { createAudienceCounter } from '../count-audiences.ts'
import { printable } from '../printable.ts'
import { scanProfiles } from '../profile-scan.ts'
import { openProfilesBeside, type ProfilesBesideOptions } from '../profiles-beside.ts'
import { createProgressBar } from '../progress-bar.ts'
import { siteOf } from '../read-person.ts'
import { readConfig, serviceOptions } from '../settings.ts'

function sampleOf(values: CommandValues): number | undefined {
  const text = textOf(values, 'sample')
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError('--sample must be 1 to 9999999')
  return Number(text)
}

function checkName({ compiled }: Site, [name, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) throw new UsageError('say one audience, or none for all of them')
  const names = compiled.audiences.map((audience) => audience.name)
  if (name !== undefined && !names.includes(name))
    throw new UsageError(`there is no audience ${printable(name)} in the catalog; there are ${names.join(', ')}`)
  return name
}

/** Place of the profiles, and what is asked of them. */
interface RunOptions extends Pick<ProfilesBesideOptions, 'dataDirectory' | 'store'> {
  io: CommandIo
  sample: number | undefined
  /** Name of the one audience that is meant. */
  only: string | undefined
}

async function count(site: Site, { io, sample, only, ...place }: RunOptions): Promise<AudienceReport> {
  let [isEnded, damaged] = [false, 0]
  void io.ended.then(() => (isEnded = true))
  const store = await openProfilesBeside({ ...place, onDamage: () => void (damaged += 1) })
  const bar = createProgressBar(io, 'profiles')
  try {
    const inForce = (await store.readDefinitions()).get(site.name)
    const counter = createAudienceCounter(site, createKnownFeatures(site.features, inForce), store, Date.now())
    const scanned = await scanProfiles({
      ...{ store, site: site.name, sample, random: Math.random, take: counter.add },
      onProgress: bar.show,
      isEnded: () => isEnded,
    })
    return audienceReport(site, counter, scanned, { damaged, only })
  } finally {
    bar.end()
    await store.close()
  }
}

/** `audience`: how many profiles are in each audience. Reads beside a service that runs. */
export const audience: Command = {
  operands: '[NAME]',
  options: {
    site: { type: 'string', value: 'NAME', help: 'needed with several catalogs' },
    sample: {
      type: 'string',
      value: 'N',
      help: 'draw so many profiles at random and estimate, with the 95 % interval; default: read all',
    },
    catalog: serviceOptions['catalog'] as (typeof serviceOptions)[string],
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
    store: serviceOptions['store'] as (typeof serviceOptions)[string],
  },
  async run(values, io, operands) {
    const sample = sampleOf(values)
    const { catalogs, dataDirectory, store } = readConfig(values, io.env, {
      catalogs: ['./catalog.yaml'],
      dataDirectory: './.prepaint',
    })
    const site = siteOf(await openSites(catalogs), textOf(values, 'site'))
    const only = checkName(site, operands)
    const report = await count(site, { io, sample, only, dataDirectory, store })
    io.stdout.write(values['json'] === true ? `${printable(JSON.stringify(report))}\n` : formatAudiences(report))
  },
}
