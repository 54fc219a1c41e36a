import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const SMALL = ['--rate', '50', '--profiles', '200', '--seconds', '2', '--burst', '1']

test('known and new visitors and their events are simulated against the embedded store', async () => {
  const svg = join(await temporaryDirectory(), 'latencies.svg')
  const { code, stdout, stderr } = await runCommand([
    'loadtest',
    ...SMALL,
    '--json',
    '--svg',
    svg,
    '--core-hour-price',
    '3.6',
  ])
  expect([code, stderr]).toEqual([0, expect.stringContaining('writing 200 profiles')])
  const summary = JSON.parse(stdout) as { [name: string]: { count: number } & number }
  // A machine that is too busy sheds events.
  expect(Object.keys(summary['errors'] as object).filter((status) => status !== '429')).toEqual([])
  expect(summary).toMatchObject({ unanswered: 0, tiersPct: { live: 100 }, burst: { count: 0, p99Ms: null } })
  expect(summary['decisions']?.count).toBeGreaterThan(60)
  expect(summary['events']?.count).toBeGreaterThan(60)
  expect(summary['new']?.count).toBeGreaterThan(0)
  expect(summary['costPerMillion']).toBeCloseTo((summary['coreSPerMillion'] as number) / 1_000, 1)
  expect(await readFile(svg, 'utf8')).toMatch(/^<svg [^]*p99 [\d.]+ ms/)
})

test('for people it prints a table and bars', async () => {
  const { stdout } = await runCommand(['loadtest', ...SMALL, '--seconds', '1'])
  expect(stdout).toMatch(
    /p99\.9[^]*returning visitors[^]*live 100 %[^]*errors: (none|429 \d+)[^]*core-seconds a million[^]*≤ \d+ ms +█/,
  )
})

test.each([
  [['--rate', '0'], '--rate must be 1 to 20000'],
  [['--rate', ''], '--rate'],
  [['--profiles', '1e9'], '--profiles must be 1 to 5000000'],
  [['--seconds', '601'], '--seconds must be 1 to 600'],
  [['--new', 'all'], '--new must be 0 to 100'],
  [['--rtt', '5'], '--rtt needs --store'],
  [['--store', 'cql://h/k?dc=a', '--rtt', '201'], '--rtt must be 0 to 200'],
  [['--store', 'redis://h'], 'no address of a cluster'],
])('%j is refused with what is wrong', async (args, flaw) => {
  expect(await runCommand(['loadtest', ...args])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(flaw) as string,
  })
})

test('a cluster that cannot be entered is an error that names it and what to compare', async () => {
  const { code, stderr } = await runCommand(['loadtest', '--store', 'cql://127.0.0.1:9/k?dc=dc1'])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/cql:\/\/127\.0\.0\.1:9\/k[^]*cannot be entered[^]*dc=/)])
})
