import { expect, test } from 'vitest'
import { advisedBudgetMs, checkStore, describeDataCentre } from '../../src/doctor/check-store.ts'
import { SCHEMA_VERSION } from '../../src/stores/cql/statements.ts'
import type { DataCentreFailure, DataCentreSurvey } from '../../src/stores/cql/survey.ts'
import { runCommand } from '../support/run-command.ts'

const NOW_MS = 1_800_000_000_000

const SOUND: DataCentreSurvey = {
  name: 'eu',
  copies: 3,
  shortestMs: 1.2,
  p50Ms: 1.6,
  p99Ms: 4,
  heartbeatMs: NOW_MS - 30_000,
}

function codesOf(dataCentres: (DataCentreSurvey | DataCentreFailure)[], schemaVersion = SCHEMA_VERSION): string[] {
  return checkStore({ schemaVersion, dataCentres }, NOW_MS).map(({ code, detail }) => `${code} ${detail}`)
}

test('nothing is found in a cluster that is well, also before its first service', () => {
  expect(codesOf([SOUND, { ...SOUND, name: 'us' }])).toEqual([])
  expect(codesOf([{ ...SOUND, heartbeatMs: undefined }])).toEqual([])
})

test.each([
  [{ copies: 2 }, 'store_copies_few eu: 2'],
  [{ shortestMs: 32, p99Ms: 90 }, 'store_far eu: 32.0 ms'],
  [{ p99Ms: 10.1 }, 'store_slow eu: 10.1 ms at p99, with a budget of 10 ms'],
  [{ heartbeatMs: NOW_MS - 30_001 }, 'store_stale eu: 30 s'],
])('%j is found', (flaw, finding) => {
  expect(codesOf([{ ...SOUND, ...flaw }])).toEqual([finding])
})

test('a data centre without a heartbeat is found where another has one', () => {
  expect(codesOf([SOUND, { ...SOUND, name: 'us', heartbeatMs: undefined }])).toEqual(['store_stale us: no heartbeat'])
})

test('an old schema, a missing keyspace and a data centre that is silent are told apart', () => {
  expect(codesOf([SOUND], SCHEMA_VERSION - 1)[0]).toContain(
    `store_not_migrated version ${SCHEMA_VERSION - 1}, not ${SCHEMA_VERSION}: run prepaint-server migrate`,
  )
  const failure = { name: 'eu', reason: 'keyspace shop does not exist' }
  expect(codesOf([{ ...failure, isRefused: true }], 0)).toEqual([
    'store_not_migrated eu: keyspace shop does not exist: run prepaint-server migrate',
  ])
  expect(codesOf([{ ...failure, isRefused: false, reason: 'timed out' }], 0)).toEqual([
    'store_unreachable eu: timed out',
  ])
})

test('the budget that is advised is 8 ms and the way, in whole ms', () => {
  expect(advisedBudgetMs(SOUND)).toBe(10)
  expect(describeDataCentre(SOUND)).toBe(
    'eu: 3 copies, 1.2 ms away, reads take 1.6 ms at p50, 4.0 ms at p99; budget 10 ms (--budget auto)',
  )
})

test('an address that is none ends with 2, a cluster that is not there with 3', async () => {
  expect((await runCommand(['doctor', '--store', 'cql://h/k'])).code).toBe(2)
  const silent = await runCommand(['doctor', '--store', 'cql://127.0.6.99/prepaint?dc=dc1', '--json'])
  expect([silent.code, JSON.parse(silent.stdout)]).toMatchObject([3, { findings: [{ code: 'store_unreachable' }] }])
})
