import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openTallies } from '../../server/src/consumers/report/open-tallies.ts'
import { buildReport } from '../../server/src/report/build-report.ts'
import { htmlOf, type PageOptions } from '../../server/src/report/html.ts'

/** Makes the page of a site's report from what its service has counted. */
export async function reportPage(
  dataDirectory: string,
  { site, atMs, ...options }: PageOptions & { site: string; atMs: number },
): Promise<string> {
  const open = openTallies(join(dataDirectory, 'reports'))
  try {
    const tallies = open.tallies(site)
    if (!tallies) throw new Error(`nothing is counted of ${site}`)
    return htmlOf(buildReport(tallies, { atMs, interval: 'always_valid' }), options)
  } finally {
    await open.close()
  }
}

/** Waits until a service has written that it counts for a site: events of before are not counted. */
export async function untilCounting(dataDirectory: string, site: string): Promise<void> {
  const open = openTallies(join(dataDirectory, 'reports'))
  while (open.tallies(site) === undefined) await delay(20)
  await open.close()
}
