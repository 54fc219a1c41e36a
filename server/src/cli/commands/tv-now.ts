import { openSites } from '../../catalog/sites.ts'
import { readAiringsBeside } from '../airings-beside.ts'
import { type Command, textOf, UsageError } from '../command.ts'
import { type OnAir, onAir, type OnAirItem } from '../on-air.ts'
import { atOption, instantOf, placeOf, regionOption } from '../place.ts'
import { printable } from '../printable.ts'
import { siteOf } from '../read-person.ts'
import { readConfig, serviceOptions } from '../settings.ts'

type Say = (ms: number) => string

/** Says times of a day by a zone. */
function clockOf(timeZone: string): Say {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' })
  return (ms) => format.format(ms)
}

function itemText({ name, fromMs, toMs, source }: OnAirItem, say: Say): string {
  return `${name}, ${say(fromMs)} to ${say(toMs)} (${source})`
}

/** Formats what is on, in the zone of each feed. */
function onAirText({
  feed,
  channel,
  zone,
  lateMs,
  programme,
  nextProgramme,
  breakUntilMs,
  spot,
  nextSpots,
}: OnAir): string {
  const say = clockOf(zone)
  const lines = [
    `${feed} (${channel}, ${zone}, ${lateMs / 1_000} s after the broadcaster)`,
    `  now   ${programme ? itemText(programme, say) : 'nothing is known'}`,
    ...(breakUntilMs === undefined ? [] : [`  break until ${say(breakUntilMs)}`]),
    ...(spot ? [`  spot  ${itemText(spot, say)}`] : []),
    ...(nextProgramme ? [`  next  ${itemText(nextProgramme, say)}`] : []),
    ...nextSpots.map((item) => `  spot  ${itemText(item, say)}`),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

/** `tv now`: what is on each feed, as homes have it, and the catalog's commercials that come next. Reads beside a service that runs. */
export const tvNow: Command = {
  options: {
    at: atOption,
    region: regionOption,
    site: { type: 'string', value: 'NAME', help: 'needed with several catalogs' },
    catalog: serviceOptions['catalog'] as (typeof serviceOptions)[string],
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
  },
  async run(values, io) {
    const nowMs = instantOf(values)
    const geo = placeOf(values)
    const { catalogs, dataDirectory } = readConfig(values, io.env, {
      catalogs: ['./catalog.yaml'],
      dataDirectory: './.prepaint',
    })
    const { name, catalog, compiled } = siteOf(await openSites(catalogs), textOf(values, 'site'))
    if (!catalog.tv) throw new UsageError(`the catalog of ${name} has no feeds under tv`)
    const airings = (await readAiringsBeside(dataDirectory, io, nowMs)).of(name)
    const feeds = onAir(catalog.tv, airings, compiled.reachOf(geo), nowMs)
    if (values['json'] === true) io.stdout.write(`${JSON.stringify({ site: name, nowMs, feeds })}\n`)
    else io.stdout.write(feeds.length === 0 ? 'no feed is known to be got there\n' : feeds.map(onAirText).join(''))
  },
}
