import { explain as explainSlots } from 'prepaint/engine'
import { openSites } from '../../catalog/sites.ts'
import { type Command, textOf, UsageError } from '../command.ts'
import { formatExplanation } from '../explanation.ts'
import { pageOf } from '../page-of.ts'
import { withProgress } from '../progress.ts'
import { personOf, personOptions, readPerson, siteOf } from '../read-person.ts'
import { readConfig, serviceOptions } from '../settings.ts'

function instantOf(text: string | undefined): number {
  const instantMs = text === undefined ? Date.now() : Date.parse(text)
  if (Number.isNaN(instantMs)) throw new UsageError('--at must be an instant such as 2026-12-24T18:00:00Z')
  return instantMs
}

/** `explain`: what a visitor would see on a page, and why. Reads beside a service that runs. */
export const explain: Command = {
  options: {
    ...personOptions,
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
    const person = personOf(values, ['--anonymous'])
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
      readPerson(site, person, { dataDirectory, env: io.env, nowMs }),
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
