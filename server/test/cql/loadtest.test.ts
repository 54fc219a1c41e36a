import cassandra from 'cassandra-driver'
import { beforeAll, expect, inject, test } from 'vitest'
import { LOADTEST_SITE } from '../../src/loadtest/site.ts'
import { runCommand } from '../support/run-command.ts'
import { migrateTests } from './open-store.ts'

const STORE = (): string => `cql://${inject('cassandra').join(',')}/prepaint_test?dc=dc1`
const SMALL = ['--rate', '50', '--profiles', '300', '--seconds', '3', '--burst', '1', '--json']

beforeAll(migrateTests)

interface Report {
  errors: { [status: string]: number }
  unanswered: number
  returning: { count: number }
}

async function loadtest(...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await runCommand(['loadtest', '--store', STORE(), ...SMALL, ...args])
  expect([code, stderr]).toEqual([0, expect.any(String)])
  return JSON.parse(stdout) as Report
}

interface FilledRow {
  epoch: number
  ttl: number
  writtenUs: bigint
}

/** Reads the rows of the load test's visitors from the cluster. */
async function filledRows(): Promise<FilledRow[]> {
  const client = new cassandra.Client({
    contactPoints: inject('cassandra'),
    localDataCenter: 'dc1',
    keyspace: 'prepaint_test',
  })
  const query = 'SELECT epoch, TTL(row) AS ttl, WRITETIME(row) AS written FROM profiles WHERE site = ? ALLOW FILTERING'
  const { rows } = await client.execute(query, [LOADTEST_SITE])
  await client.shutdown()
  return rows.map((row) => ({
    epoch: Number(row['epoch']),
    ttl: Number(row['ttl']),
    writtenUs: BigInt(String(row['written'])),
  }))
}

/** Returns the latest time of writing of the rows that no event has changed since. */
async function lastFilledUs(): Promise<bigint> {
  const filled = (await filledRows()).filter(({ epoch }) => epoch === 0)
  expect(filled.length).toBeGreaterThan(0)
  return filled.reduce((last, { writtenUs }) => (writtenUs > last ? writtenUs : last), 0n)
}

test('traffic is simulated against a cluster, and what an earlier test has written is used again', async () => {
  const first = await loadtest()
  expect(first.unanswered).toBe(0)
  // A machine that is too busy sheds events.
  expect(Object.keys(first.errors).filter((status) => status !== '429')).toEqual([])
  expect(first.returning.count).toBeGreaterThan(80)
  const filledUs = await lastFilledUs()
  await loadtest('--rtt', '2')
  expect(await lastFilledUs()).toBeLessThanOrEqual(filledUs)
})

test('what it writes ends within a day by itself, also what the service writes', async () => {
  await loadtest('--uniform')
  const rows = await filledRows()
  expect(rows.filter(({ epoch }) => epoch > 0).length).toBeGreaterThan(20)
  expect(Math.max(...rows.map(({ ttl }) => ttl))).toBeLessThanOrEqual(86_400)
})

test('a keyspace that is missing is an error that names the remedy', async () => {
  const { code, stderr } = await runCommand(['loadtest', '--store', STORE().replace('prepaint_test', 'nowhere')])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/nowhere[^]*prepaint-server migrate --store/)])
})
