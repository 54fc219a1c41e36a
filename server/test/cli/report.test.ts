import { cp, mkdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { type Ended, runCommand, startCommand } from '../support/run-command.ts'
import { ORIGIN, type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

const CATALOG = `site: agency
origins: [${ORIGIN}]
goals:
  sign-up: { event: Signed Up, from: anyone, within: 7d }
slots: { hero: {} }
experiences:
  - id: spring
    slot: hero
    variants: [{ id: flowers, do: [{ text: Flowers }] }, { id: plain }]
`

/** A service with one visitor who was assigned and signed up. */
async function withOneVisitor(): Promise<RunningService> {
  const running = await startService({ catalog: CATALOG })
  const { token = '', catalog, slots } = (await running.decide()).body
  const { experience, variant } = slots['hero'] ?? {}
  const sentAt = new Date().toISOString()
  const event = (messageId: string, name: string, properties: object): object => ({
    ...{ type: 'track', messageId, timestamp: sentAt },
    ...{ event: name, properties },
  })
  const batch = [
    event('m1', 'pp:assigned', { slot: 'hero', experience, variant, outcome: 'shown', catalog }),
    event('m2', 'Signed Up', {}),
  ]
  const body = { v: 1, site: 'agency', consent: 'granted', token, sentAt, batch }
  expect((await running.post('/v1/batch', body)).status).toBe(200)
  return running
}

function report(dataDirectory: string, ...args: readonly string[]): Promise<Ended> {
  return runCommand(['report', '--data', dataDirectory, ...args])
}

/** The number of visitors who have converted, by a report's JSON. */
function converted(text: string): number {
  const { experiences } = JSON.parse(text) as Report
  return experiences[0]?.goals[0]?.variants.reduce((sum, one) => sum + one.converted, 0) ?? 0
}

async function counted(dataDirectory: string): Promise<string> {
  const ended = await vi.waitFor(
    async () => {
      const one = await report(dataDirectory, '--json')
      expect(one.code === 0 && converted(one.stdout)).toBe(1)
      return one
    },
    { timeout: 10_000 },
  )
  return ended.stdout
}

test('a running service is reported as table, JSON, CSV and page, and by its admin listener', async () => {
  const { dataDirectory, service } = await withOneVisitor()
  const json = JSON.parse(await counted(dataDirectory)) as Report
  const answer = await fetch(`${service.adminAddress?.url}/v1/report?site=agency`)
  expect(await answer.json()).toEqual({ ...json, atMs: expect.any(Number) })
  expect((await report(dataDirectory)).stdout).toContain('spring')
  expect((await report(dataDirectory, 'spring', '--fixed')).stdout).toContain('Too early to say')
  expect((await report(dataDirectory, '--csv')).stdout).toMatch(/^site,catalog,/)
  const file = join(await temporaryDirectory(), 'report.html')
  expect(await report(dataDirectory, '--html', file)).toMatchObject({ code: 0, stdout: '' })
  expect(await readFile(file, 'utf8')).toContain('<!doctype html>')
})

test('a console that asks for what there is not is told so', async () => {
  const { dataDirectory, service } = await withOneVisitor()
  await counted(dataDirectory)
  const ask = async (query: string): Promise<unknown> => {
    const answer = await fetch(`${service.adminAddress?.url}/v1/report?${query}`)
    const { error } = (await answer.json()) as { error?: { code: string } }
    return [answer.status, error?.code]
  }
  expect(await ask('site=agency&experience=spring&interval=fixed')).toEqual([200, undefined])
  expect(await ask('site=shop')).toEqual([404, 'site_unknown'])
  expect(await ask('site=agency&experience=autumn')).toEqual([404, 'route_unknown'])
  expect(await ask('site=agency&interval=daily')).toEqual([400, 'context_invalid'])
})

test('with --watch it is shown again as the numbers change, until it is asked to end', async () => {
  const { dataDirectory } = await withOneVisitor()
  await counted(dataDirectory)
  const watching = startCommand(['report', '--data', dataDirectory, '--json', '--watch'])
  await vi.waitFor(() => expect(watching.said.stdout.split('\n').length).toBeGreaterThan(2), { timeout: 15_000 })
  expect(await watching.end()).toBe(0)
})

test('all of the log is counted anew with --rebuild, and only while no service runs on it', async () => {
  const { dataDirectory, service } = await withOneVisitor()
  const before = JSON.parse(await counted(dataDirectory)) as Report
  const refused = await report(dataDirectory, '--rebuild')
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  await service.close()
  await rm(join(dataDirectory, 'reports'), { recursive: true })
  const rebuilt = await report(dataDirectory, '--rebuild', '--json')
  expect(rebuilt.stderr).toMatch(/bytes of the log are counted anew\n$/)
  expect(JSON.parse(rebuilt.stdout)).toEqual({ ...before, atMs: expect.any(Number) })
})

test('nothing is counted anew where options contradict, or the log has lost what is counted already', async () => {
  const { dataDirectory, service } = await withOneVisitor()
  await counted(dataDirectory)
  await service.close()
  const both = await report(dataDirectory, '--rebuild', '--json', '--csv')
  expect(both).toMatchObject({ code: 2, stderr: expect.not.stringContaining('anew') })
  const log = await openSegments({ directory: join(dataDirectory, 'log') })
  await log.trim?.({ upTo: log.end, olderThanMs: Infinity, maxBytes: 0 })
  await log.close()
  const lossy = await report(dataDirectory, '--rebuild')
  expect(lossy).toMatchObject({ code: 2, stderr: expect.stringContaining('what is counted of before would be lost') })
  expect(converted((await report(dataDirectory, '--json')).stdout)).toBe(1)
})

test('where a service is only starting, the message says that nothing is counted', async () => {
  const dataDirectory = await temporaryDirectory()
  await mkdir(join(dataDirectory, 'reports'))
  const { code, stderr } = await report(dataDirectory)
  expect([code, stderr]).toEqual([2, expect.stringContaining('nothing is counted in')])
})

test('a damaged file of counts is told, and made anew by the service', async () => {
  const first = await withOneVisitor()
  await counted(first.dataDirectory)
  await first.service.close()
  // In a copy: what this process has mapped must not become shorter.
  const directory = await temporaryDirectory()
  const dataDirectory = join(directory, 'data')
  await cp(first.dataDirectory, dataDirectory, { recursive: true, filter: (path) => !/lock\.\d+$/.test(path) })
  const file = join(dataDirectory, 'reports/data.mdb')
  await truncate(file, (await stat(file)).size / 2)
  const damaged = await report(dataDirectory)
  expect(damaged.code).not.toBe(0)
  expect(damaged.stderr).toContain('the counts for reports')
  const again = await startService({ catalog: CATALOG, dataDirectory: directory })
  await again.logged(({ msg }) => /^the counts for reports are damaged/.test(String(msg)))
  await counted(dataDirectory)
})

test.each([
  ['nothing is counted', ['--data', '/nowhere'], 'nothing is counted in /nowhere'],
  ['two forms are asked for', ['--json', '--csv'], 'say one of --json, --csv and --html'],
  ['two experiences are named', ['spring', 'autumn'], 'say one experience'],
  ['the experience is none', ['autumn'], 'there is no experience autumn; there are spring'],
  ['the site is none', ['--site', 'shop'], '--site must be one of agency'],
])('if %s, the message says so', async (_case, args, message) => {
  const { dataDirectory } = await withOneVisitor()
  await counted(dataDirectory)
  const { code, stdout, stderr } = await report(dataDirectory, ...args)
  expect([code, stderr + stdout]).toEqual([2, expect.stringContaining(message)])
})
