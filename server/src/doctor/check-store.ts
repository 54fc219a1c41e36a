import { budgetOver, MAX_BUDGET_MS } from '../decide/read/budget.ts'
import { SCHEMA_VERSION } from '../stores/cql/statements.ts'
import type { DataCentreFailure, DataCentreSurvey, Survey } from '../stores/cql/survey.ts'
import type { Finding } from './finding.ts'

/** With fewer copies a quorum does not outlive the loss of a node. */
const MIN_COPIES = 3

/** Age of the newest heartbeat from which on data are old, in ms; the owner of the log writes one a second. */
const MAX_STALENESS_MS = 30_000

const FIX = 'run prepaint-server migrate'

function failuresOf({ dataCentres }: Survey): DataCentreFailure[] {
  return dataCentres.flatMap((found) => ('reason' in found ? [found] : []))
}

function surveysOf({ dataCentres }: Survey): DataCentreSurvey[] {
  return dataCentres.flatMap((found) => ('reason' in found ? [] : [found]))
}

/** The budget that `auto` comes to where a data centre is so far away, in whole ms. */
export function advisedBudgetMs({ shortestMs }: DataCentreSurvey): number {
  return Math.ceil(budgetOver(shortestMs))
}

function checkDataCentre(found: DataCentreSurvey, nowMs: number, newestMs: number): Finding[] {
  const { name, copies, shortestMs, p99Ms, heartbeatMs } = found
  const budgetMs = advisedBudgetMs(found)
  const ageMs = nowMs - (heartbeatMs ?? 0)
  const isFar = budgetOver(shortestMs) >= MAX_BUDGET_MS
  return [
    ...(copies < MIN_COPIES ? [{ code: 'store_copies_few' as const, detail: `${name}: ${copies}` }] : []),
    ...(isFar ? [{ code: 'store_far' as const, detail: `${name}: ${shortestMs.toFixed(1)} ms` }] : []),
    ...(!isFar && p99Ms > budgetMs
      ? [
          {
            code: 'store_slow' as const,
            detail: `${name}: ${p99Ms.toFixed(1)} ms at p99, with a budget of ${budgetMs} ms`,
          },
        ]
      : []),
    // Where nobody has ever written one, no service has been started yet.
    ...(newestMs > 0 && ageMs > MAX_STALENESS_MS
      ? [
          {
            code: 'store_stale' as const,
            detail: `${name}: ${heartbeatMs === undefined ? 'no heartbeat' : `${Math.round(ageMs / 1_000)} s`}`,
          },
        ]
      : []),
  ]
}

/** Checks a cluster. @param nowMs since 1970. */
export function checkStore(survey: Survey, nowMs: number): Finding[] {
  const { schemaVersion } = survey
  const seen = surveysOf(survey)
  const newestMs = Math.max(0, ...seen.map(({ heartbeatMs }) => heartbeatMs ?? 0))
  const old = `version ${schemaVersion}, not ${SCHEMA_VERSION}: ${FIX}`
  return [
    ...failuresOf(survey).map(({ name, isRefused, reason }): Finding =>
      isRefused
        ? { code: 'store_not_migrated', detail: `${name}: ${reason}: ${FIX}` }
        : { code: 'store_unreachable', detail: `${name}: ${reason}` },
    ),
    ...(seen.length > 0 && schemaVersion < SCHEMA_VERSION
      ? [{ code: 'store_not_migrated' as const, detail: old }]
      : []),
    ...seen.flatMap((found) => checkDataCentre(found, nowMs, newestMs)),
  ]
}

/** A data centre in a line. */
export function describeDataCentre(found: DataCentreSurvey | DataCentreFailure): string {
  if ('reason' in found) return `${found.name}: ${found.reason}`
  const { name, copies, shortestMs, p50Ms, p99Ms } = found
  const times = `reads take ${p50Ms.toFixed(1)} ms at p50, ${p99Ms.toFixed(1)} ms at p99`
  return `${name}: ${copies} copies, ${shortestMs.toFixed(1)} ms away, ${times}; budget ${advisedBudgetMs(found)} ms (--budget auto)`
}
