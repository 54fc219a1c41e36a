import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { createSite, type Site } from '../../lab/network/site.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import * as engine from '../../src/engine/index.ts'
import { runCases } from '../shared/run-cases.ts'

let site: Site
let browsers: Browser[]
let table: string

const text = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

beforeAll(async () => {
  table = await text('test/shared/cases.json')
  const scripts: { [path: string]: string } = {
    '/engine.js': await text('dist/engine.js'),
    '/run-cases.js': stripTypeScriptTypes(await text('test/shared/run-cases.ts')),
    '/table.js': `export const table = ${table}`,
  }
  const asset = (path: string) =>
    path in scripts ? { body: scripts[path] as string, type: 'text/javascript' } : undefined
  site = await createSite({ pages: { '/': { chunks: [{ html: '<!doctype html><title>Cases</title>' }] } }, asset })
  browsers = await openBrowsers()
})

afterAll(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()))
  await site?.close()
})

const RUN = `(async () => {
  const [engine, { runCases }, { table }] = await Promise.all(['/engine.js', '/run-cases.js', '/table.js'].map((path) => import(path)))
  const compileRegex = (pattern, ignoresCase) => {
    const regex = new RegExp(pattern, ignoresCase ? 'i' : '')
    return (text) => regex.test(text)
  }
  return JSON.stringify(runCases(engine, table, { compileRegex }))
})()`

test.each(browserNames())('%s decides every case of the table as Node does, to the byte', async (name) => {
  const page = await browsers.find((one) => one.name === name)?.open()
  await page?.goto(site.origin, { until: 'load' })
  const inBrowser = await page?.evaluate(RUN)
  await page?.close()
  const compileRegex = (pattern: string, ignoresCase: boolean) => {
    const regex = new RegExp(pattern, ignoresCase ? 'i' : '')
    return (subject: string) => regex.test(subject)
  }
  const results = runCases(engine, JSON.parse(table), { compileRegex })
  expect(results.length).toBeGreaterThan(400)
  expect(results.map(({ actual }) => actual)).toEqual(results.map(({ expected }) => expected))
  expect(inBrowser).toBe(JSON.stringify(results))
})
