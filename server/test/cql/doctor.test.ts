import { beforeAll, expect, inject, test } from 'vitest'
import { SCHEMA_VERSION } from '../../src/stores/cql/statements.ts'
import type { DataCentreSurvey, Survey } from '../../src/stores/cql/survey.ts'
import { runCommand } from '../support/run-command.ts'
import { migrateTests } from './open-store.ts'

const STORE = (query = ''): string => `cql://${inject('cassandra').join(',')}/prepaint_test?dc=dc1${query}`

beforeAll(migrateTests)

interface Answer {
  store: Survey
  findings: { code: string; detail: string }[]
}

async function examine(store: string): Promise<Answer> {
  return JSON.parse((await runCommand(['doctor', '--store', store, '--json'])).stdout) as Answer
}

test('doctor measures a cluster and finds nothing wrong with its schema and copies', async () => {
  const { store, findings } = await examine(STORE())
  expect(store).toMatchObject({ schemaVersion: SCHEMA_VERSION, dataCentres: [{ name: 'dc1', copies: 3 }] })
  // That reads are slow may well be: the nodes share the machine with the tests.
  expect(findings.filter(({ code }) => code !== 'store_slow' && code !== 'store_stale')).toEqual([])
})

test('a cluster further away asks for a longer budget, and one too far is found', async () => {
  const [far] = (await examine(STORE('&rtt=20'))).store.dataCentres as DataCentreSurvey[]
  // Node's timers may be 1 ms early.
  expect(far?.shortestMs).toBeGreaterThan(19)
  expect((await examine(STORE('&rtt=42'))).findings).toContainEqual({
    code: 'store_far',
    detail: expect.stringMatching(/^dc1: 4\d/) as string,
  })
})

test('a keyspace and a data centre that are not there are found', async () => {
  const missing = await examine(STORE().replace('prepaint_test', 'nowhere'))
  expect(missing.findings).toMatchObject([
    { code: 'store_not_migrated', detail: expect.stringContaining('nowhere') as string },
  ])
  const { findings } = await examine(STORE('&fallback=moon'))
  expect(findings).toContainEqual({ code: 'store_unreachable', detail: expect.stringMatching(/^moon: /) as string })
})
