import cassandra from 'cassandra-driver'
import { beforeAll, expect, inject, test } from 'vitest'
import { LOADTEST_SITE } from '../../src/loadtest/site.ts'
import { runCommand } from '../run-command.ts'
import { migrateTests } from './open-store.ts'

const STORE = (): string => `cql://${inject('cassandra').join(',')}/prepaint_test?dc=dc1`
const SMALL = ['--rate', '50', '--profiles', '300', '--seconds', '3', '--burst', '1', '--json']

beforeAll(migrateTests)

interface Report {
  errors: { [status: string]: number }
  unanswered: number
  returning: { count: number }
}

async function loadtest(...args: string[]): Promise<{ report: Report; stderr: string }> {
  const { code, stdout, stderr } = await runCommand(['loadtest', '--store', STORE(), ...SMALL, ...args])
  expect([code, stderr]).toEqual([0, expect.any(String)])
  return { report: JSON.parse(stdout) as Report, stderr }
}

test('traffic is simulated against a cluster, and what an earlier test has written is used again', async () => {
  const first = await loadtest()
  expect(first.report.unanswered).toBe(0)
  // A machine that is too busy sheds events.
  expect(Object.keys(first.report.errors).filter((status) => status !== '429')).toEqual([])
  expect(first.report.returning.count).toBeGreaterThan(80)
  expect(first.stderr).toContain('writing 300 profiles: ')
  expect((await loadtest('--rtt', '2')).stderr).not.toContain('writing 300 profiles: ')
})

test('what it writes ends within a day by itself, also what the service writes', async () => {
  await loadtest('--uniform')
  const client = new cassandra.Client({ contactPoints: inject('cassandra'), localDataCenter: 'dc1', keyspace: 'prepaint_test' })
  const { rows } = await client.execute('SELECT TTL(row) AS ttl, epoch FROM profiles WHERE site = ? ALLOW FILTERING', [LOADTEST_SITE])
  await client.shutdown()
  expect(rows.filter((row) => Number(row['epoch']) > 0).length).toBeGreaterThan(20)
  expect(Math.max(...rows.map((row) => Number(row['ttl'])))).toBeLessThanOrEqual(86_400)
})

test('a keyspace that is missing is an error that names the remedy', async () => {
  const { code, stderr } = await runCommand(['loadtest', '--store', STORE().replace('prepaint_test', 'nowhere')])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/nowhere[^]*prepaint-server migrate --store/)])
})
