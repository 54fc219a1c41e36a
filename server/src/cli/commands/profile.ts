import { openSites } from '../../catalog/sites.ts'
import { type Command, textOf } from '../command.ts'
import { formatPerson, reportOf } from '../known-person.ts'
import { printable } from '../printable.ts'
import { withProgress } from '../progress.ts'
import { personOf, personOptions, readPerson, siteOf } from '../read-person.ts'
import { readConfig, serviceOptions } from '../settings.ts'

/** `profile`: what is known of a person, the values of the features, and the audiences that it makes. Reads beside a service that runs. */
export const profile: Command = {
  options: {
    ...personOptions,
    site: { type: 'string', value: 'NAME', help: 'needed with several catalogs' },
    catalog: serviceOptions['catalog'] as (typeof serviceOptions)[string],
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
  },
  async run(values, io) {
    const person = personOf(values)
    const { catalogs, dataDirectory } = readConfig(values, io.env, {
      catalogs: ['./catalog.yaml'],
      dataDirectory: './.prepaint',
    })
    const site = siteOf(await openSites(catalogs), textOf(values, 'site'))
    const nowMs = Date.now()
    const known = await withProgress(
      io,
      'reading profiles',
      readPerson(site, person, { dataDirectory, env: io.env, nowMs }),
    )
    const report = reportOf(site, known, nowMs)
    io.stdout.write(values['json'] === true ? `${printable(JSON.stringify(report))}\n` : formatPerson(report))
  },
}
