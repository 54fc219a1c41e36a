// `npm run fuzz`: tries inputs from outside against what each boundary promises.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type Failure, fuzz, type Outcome } from './fuzz.ts'
import { runSchemathesis } from './schemathesis.ts'
import type { Target } from './target.ts'
import { createCatalogTarget } from './targets/catalog.ts'
import { createAnswerTarget, createStoredTarget } from './targets/client.ts'
import { createHttpTarget } from './targets/http.ts'
import { createLogTarget } from './targets/log.ts'
import { createProfileTarget, createRecordTarget } from './targets/profile.ts'
import { createTvBodyTarget } from './targets/tv-body.ts'
import {
  createCsvTarget,
  createLogMapTarget,
  createPlaylistTarget,
  createSpliceTarget,
  createSpliceTextTarget,
  createXmltvTarget,
} from './targets/tv-files.ts'
import { createAiringsTarget, createTvRecordTarget } from './targets/tv-kept.ts'
import { createLiveTarget } from './targets/tv-live.ts'

const makers: { readonly [name: string]: () => Promise<Target> | Target } = {
  http: createHttpTarget,
  log: createLogTarget,
  record: createRecordTarget,
  profile: createProfileTarget,
  catalog: createCatalogTarget,
  answer: createAnswerTarget,
  stored: createStoredTarget,
  'tv-xmltv': createXmltvTarget,
  'tv-csv': createCsvTarget,
  'tv-map': createLogMapTarget,
  'tv-scte35': createSpliceTarget,
  'tv-scte35-text': createSpliceTextTarget,
  'tv-hls': createPlaylistTarget,
  'tv-body': createTvBodyTarget,
  'tv-record': createTvRecordTarget,
  'tv-airings': createAiringsTarget,
  'tv-live': createLiveTarget,
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string', default: '40' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})

function numberOf(option: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && Number.isFinite(value)) return value
  console.error(`--${option} takes a number from ${least} on, not ${text}`)
  process.exit(2)
}

const names = Object.keys(makers).filter((name) => name.startsWith(values.only))
if (names.length === 0) {
  console.error(`no target's name begins with ${values.only}: there are ${Object.keys(makers).join(', ')}`)
  process.exit(2)
}
const totalS =
  values.minutes === undefined ? numberOf('seconds', values.seconds, 0) : numberOf('minutes', values.minutes, 0) * 60
const seed = values.seed === undefined ? randomInt(2 ** 31) : numberOf('seed', values.seed, 0)

function tell({ target, inputs, failures }: Outcome): void {
  process.stderr.write(
    `\r${target}: ${inputs} inputs, ${failures.length === 0 ? 'all promises kept' : `${failures.length} broken`}\n`,
  )
}

function tellFailure({ path, seed, message }: Failure): void {
  console.error(`\n${path}${seed === undefined ? '' : `\n  made with --seed ${seed}`}\n  ${message}`)
}

process.stderr.write(`fuzzing ${names.join(', ')} for ${Math.round(totalS)} s with --seed ${seed}\n`)
const outcomes: Outcome[] = []
for (const name of names) {
  const target = await (makers[name] as (typeof makers)[string])()
  let toldMs = performance.now()
  const onInput = (inputs: number): void => {
    if (!process.stderr.isTTY || performance.now() < toldMs + 500) return
    toldMs = performance.now()
    process.stderr.write(`\r${name}: ${inputs} inputs`)
  }
  const outcome = await fuzz(target, { seed, timeMs: (totalS * 1_000) / names.length, onInput })
  await target.close?.()
  tell(outcome)
  outcomes.push(outcome)
}
const { PREPAINT_SCHEMATHESIS: program } = process.env
if (program !== undefined) {
  process.stderr.write('schemathesis: our OpenAPI description against our answers…\n')
  const outcome = await runSchemathesis({ program, seconds: Math.max(60, totalS / names.length), seed })
  tell(outcome)
  outcomes.push(outcome)
}
const failures = outcomes.flatMap((outcome) => outcome.failures)
for (const failure of failures) tellFailure(failure)
if (values.json) console.log(JSON.stringify({ seed, targets: outcomes }))
process.exit(failures.length > 0 ? 1 : 0)
