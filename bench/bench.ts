// `npm run bench`: measures every figure of the register and prints it beside its limit.
import { parseArgs } from 'node:util'
import { isCassandraAsked } from '../scripts/java.mjs'
import { measureLedger } from './decide/ledger.ts'
import { concerns, type Figure, isMet, type Measurement } from './figure.ts'
import { bytes } from './figures/bytes.ts'
import { cql } from './figures/cql.ts'
import { cqlFold } from './figures/cql-fold.ts'
import { decideFeatures } from './figures/decide-features.ts'
import { decideHttp } from './figures/decide-http.ts'
import { decideInProcess } from './figures/decide-in-process.ts'
import { engine } from './figures/engine.ts'
import { eventStalls } from './figures/event-stalls.ts'
import { firstSecond } from './figures/first-second.ts'
import { flicker } from './figures/flicker.ts'
import { foldEvents } from './figures/fold.ts'
import { foldMemory } from './figures/fold-memory.ts'
import { frameworkHarm } from './figures/frameworks.ts'
import { mainThread } from './figures/main-thread.ts'
import { newVisitor } from './figures/new-visitor.ts'
import { observer } from './figures/observer.ts'
import { reportBuild } from './figures/report-build.ts'
import { reportFold } from './figures/report-fold.ts'
import { reportTrials } from './figures/report-trials.ts'
import { returning } from './figures/returning.ts'
import { returningReal } from './figures/returning-real.ts'
import { robustFlood, robustMemory } from './figures/robust.ts'
import { robustFaults } from './figures/robust-faults.ts'
import { robustReload } from './figures/robust-reload.ts'
import { room } from './figures/room.ts'
import { softNavigations } from './figures/routes.ts'
import { routesMainThread } from './figures/routes-main-thread.ts'
import { tv } from './figures/tv.ts'
import { tvCached } from './figures/tv-cached.ts'
import { tvContexts } from './figures/tv-contexts.ts'
import { tvDecide } from './figures/tv-decide.ts'
import { tvFanout } from './figures/tv-fanout.ts'
import { tvHerd } from './figures/tv-herd.ts'
import { tvImport } from './figures/tv-import.ts'
import { tvLook } from './figures/tv-look.ts'
import { visible } from './figures/visible.ts'
import { measureTagLedger } from './tag/ledger.ts'

const register: Measurement[] = [
  bytes,
  decideInProcess,
  decideFeatures,
  decideHttp,
  firstSecond,
  engine,
  returning,
  returningReal,
  newVisitor,
  mainThread,
  flicker,
  softNavigations,
  routesMainThread,
  observer,
  room,
  frameworkHarm,
  robustMemory,
  robustFlood,
  robustReload,
  robustFaults,
  foldEvents,
  foldMemory,
  reportFold,
  reportBuild,
  tv,
  visible,
  eventStalls,
  reportTrials,
  tvImport,
  tvLook,
  tvCached,
  tvDecide,
  tvFanout,
  tvContexts,
  tvHerd,
]
if (isCassandraAsked()) register.push(cqlFold, cql)

/** Figures of which the parts can be shown. */
const ledgers: { [family: string]: { title: string; measure(): Promise<object> } | undefined } = {
  decide: { title: 'where the time of a decision over HTTP goes', measure: measureLedger },
  tag: { title: 'bytes of the tag that each of its features costs', measure: measureTagLedger },
}

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string', default: '' }, ledger: { type: 'boolean' } },
})
if (values.ledger) {
  const ledger = ledgers[values.only]
  if (!ledger) throw new Error(`there are ledgers of these alone: --only ${Object.keys(ledgers).join(' or ')} --ledger`)
  process.stderr.write(`measuring: ${ledger.title}…\n`)
  console.table(await ledger.measure())
  process.exit()
}
const chosen = register.filter((measurement) => concerns(measurement, values.only))
if (chosen.length === 0) throw new Error(`no figure's name begins with ${values.only}`)
const figures: Figure[] = []

for (const { title, measure } of chosen) {
  // On standard error, so that what is piped stays JSON.
  process.stderr.write(`measuring: ${title}…\n`)
  figures.push(...(await measure()).filter(({ name }) => name.startsWith(values.only)))
}

const rounded = (value: number): number => Math.round(value * 100) / 100

if (values.json) {
  const rows = figures.map((figure) => {
    const { name, value, unit, limit, flaw } = figure
    return { name, value: rounded(value), unit, limit, ok: isMet(figure), flaw }
  })
  console.log(JSON.stringify({ figures: rows }))
} else {
  console.table(
    Object.fromEntries(
      figures.map((figure) => [
        figure.name,
        {
          value: rounded(figure.value),
          unit: figure.unit,
          must: `${figure.isFloor ? '≥' : '≤'} ${figure.limit}`,
          ok: isMet(figure),
          ...(figure.flaw === undefined ? {} : { flaw: figure.flaw }),
        },
      ]),
    ),
  )
}
process.exitCode = figures.every(isMet) ? 0 : 1
