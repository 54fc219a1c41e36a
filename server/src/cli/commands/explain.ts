import { explain as explainSlots } from 'prepaint/engine'
import { openSites } from '../../catalog/sites.ts'
import { readAiringsBeside } from '../airings-beside.ts'
import { type Command, textOf } from '../command.ts'
import { formatExplanation } from '../explanation.ts'
import { pageOf } from '../page-of.ts'
import { atOption, instantOf, placeOf, regionOption } from '../place.ts'
import { withProgress } from '../progress.ts'
import { personOf, personOptions, readPerson, siteOf } from '../read-person.ts'
import { readConfig, serviceOptions } from '../settings.ts'

/** `explain`: what a visitor would see on a page, and why. Reads beside a service that runs. */
export const explain: Command = {
  options: {
    ...personOptions,
    anonymous: { type: 'boolean', help: 'somebody who has not agreed to be known' },
    url: { type: 'string', value: 'URL', help: 'the page, with its campaign parameters' },
    device: { type: 'string', value: 'CLASS', help: 'desktop (default), mobile or tablet' },
    language: { type: 'string', value: 'TAG', help: "the browser's first language, such as de-CH" },
    referrer: { type: 'string', value: 'HOST', help: 'where the visitor came from' },
    at: atOption,
    region: regionOption,
    site: { type: 'string', value: 'NAME', help: 'needed with several catalogs' },
    catalog: serviceOptions['catalog'] as (typeof serviceOptions)[string],
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
  },
  async run(values, io) {
    const person = personOf(values, ['--anonymous'])
    const [device, language, referrer] = ['device', 'language', 'referrer'].map((name) => textOf(values, name))
    const page = pageOf(textOf(values, 'url') ?? '', { device, language, referrer })
    const nowMs = instantOf(values)
    const geo = placeOf(values)
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
    // What is on is read only where the catalog asks for it.
    const tv = site.catalog.tv && (await readAiringsBeside(dataDirectory, io, nowMs)).of(site.name)
    const where = { ...(geo ? { geo } : {}), ...(tv ? { tv } : {}) }
    const slots = explainSlots(site.compiled, { ...context, ...where, page, nowMs })
    const linked = link && { userId: link.userId, until: new Date(link.untilMs).toISOString() }
    io.stdout.write(
      values['json'] === true
        ? `${JSON.stringify({ site: site.name, ...(linked ? { link: linked } : {}), slots })}\n`
        : formatExplanation(slots, linked),
    )
  },
}
