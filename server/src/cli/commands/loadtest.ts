import { writeFile } from 'node:fs/promises'
import type { Burst } from '../../loadtest/arrivals.ts'
import { openStage, type Traffic } from '../../loadtest/stage.ts'
import { decisionLatencies, summaryOf } from '../../loadtest/summary.ts'
import { latencySvg } from '../../loadtest/svg.ts'
import { formatSummary } from '../../loadtest/text.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { credentialsOf } from '../cql-credentials.ts'
import { printable } from '../printable.ts'
import { checkStoreAddress } from '../store-address.ts'

/** An option that is a number: what stands for it, and what it may be. */
interface NumberOption {
  standard: number | undefined
  least: number
  most: number
}

const NUMBERS = {
  rate: { standard: 200, least: 1, most: 20_000 },
  profiles: { standard: 100_000, least: 1, most: 5_000_000 },
  seconds: { standard: 30, least: 1, most: 600 },
  new: { standard: 10, least: 0, most: 100 },
  burst: { standard: 3, least: 1, most: 20 },
  rtt: { standard: undefined, least: 0, most: 200 },
  budget: { standard: undefined, least: 1, most: 10_000 },
  'profile-cache-mb': { standard: undefined, least: 0, most: 4_096 },
  'core-hour-price': { standard: undefined, least: 0, most: 1_000_000 },
} satisfies { [name: string]: NumberOption }

function numberOf(values: CommandValues, name: keyof typeof NUMBERS): number | undefined {
  const { standard, least, most }: NumberOption = NUMBERS[name]
  const text = textOf(values, name)
  if (text === undefined) return standard
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= least && value <= most)) throw new UsageError(`--${name} must be ${least} to ${most}`)
  return value
}

/** Code of the service compiles within this time, in ms. */
const WARM_UP_MS = 5_000

/** In the middle, for a fifth of the time. */
function burstOf(factor: number, measureMs: number): { burst?: Burst } {
  if (factor === 1) return {}
  return { burst: { fromMs: measureMs * 0.4, untilMs: measureMs * 0.6, factor } }
}

function addressOf(values: CommandValues, env: CommandIo['env']): string | undefined {
  const rtt = numberOf(values, 'rtt')
  const text = textOf(values, 'store') ?? env['PREPAINT_STORE']
  if (text === undefined) {
    if (rtt !== undefined) throw new UsageError('--rtt needs --store: profiles in the own process have no distance')
    return undefined
  }
  const address = rtt === undefined ? text : `${text}${text.includes('?') ? '&' : '?'}rtt=${rtt}`
  return checkStoreAddress(address)
}

/** Says each step, and once in two seconds how far it is. */
function progressOn({ stderr }: CommandIo): (step: string, written?: number) => void {
  let lastMs = 0
  return (step, written) => {
    if (written === undefined) return void stderr.write(`${step}…\n`)
    if (performance.now() - lastMs < 2_000) return
    lastMs = performance.now()
    stderr.write(`${step}: ${written}\n`)
  }
}

/** `loadtest`: what a store and this machine would make of one's own traffic. */
export const loadtest: Command = {
  options: {
    store: { type: 'string', value: 'ADDRESS', help: 'cql://host,…/keyspace?dc=NAME (PREPAINT_STORE); default: LMDB' },
    'cql-ca': { type: 'string', value: 'FILE', help: "authorities of the cluster's certificates (PREPAINT_CQL_CA)" },
    rate: { type: 'string', value: 'N', help: 'page views a second, default 200; 2 s after each one batch of events' },
    profiles: { type: 'string', value: 'N', help: 'visitors who are known, about 1 KB each, default 100000' },
    seconds: { type: 'string', value: 'N', help: 'how long, default 30; 5 more before, which are not counted' },
    uniform: { type: 'boolean', help: "known visitors come equally often; default: by Zipf's law" },
    new: { type: 'string', value: 'PERCENT', help: 'of the views that are first ones, default 10' },
    burst: {
      type: 'string',
      value: 'N',
      help: 'a TV spot: for a fifth of the time so many times the views, default 3; 1: none',
    },
    rtt: { type: 'string', value: 'MS', help: 'pretend that the cluster is further away' },
    budget: { type: 'string', value: 'MS', help: "the service's --budget" },
    'profile-cache-mb': {
      type: 'string',
      value: 'MB',
      help: "the service's --profile-cache-mb; 0: every decision asks the cluster",
      formerly: 'copies',
    },
    svg: { type: 'string', value: 'FILE', help: 'write how long decisions took as a picture' },
    'core-hour-price': { type: 'string', value: 'PRICE', help: 'what an hour of one core costs, in any money' },
  },
  async run(values, io) {
    const { env, stdout, stderr, ended } = io
    const store = addressOf(values, env)
    const measureMs = (numberOf(values, 'seconds') as number) * 1_000
    const [ratePerS, newPct, profiles, factor] = (['rate', 'new', 'profiles', 'burst'] as const).map(
      (name) => numberOf(values, name) as number,
    ) as [number, number, number, number]
    const [budgetMs, profileCacheMb, price] = (['budget', 'profile-cache-mb', 'core-hour-price'] as const).map((name) =>
      numberOf(values, name),
    )
    const isUniform = values['uniform'] === true
    const traffic: Traffic = {
      ratePerS,
      newPct,
      isUniform,
      toldPct: 100,
      warmUpMs: WARM_UP_MS,
      measureMs,
      ...burstOf(factor, measureMs),
    }
    const credentials = credentialsOf(values, env)
    const interrupt = new AbortController()
    void ended.then(() => interrupt.abort(new Error('ended before its time')))
    const { signal } = interrupt
    const stage = await openStage({
      store,
      credentials,
      profiles,
      budgetMs,
      profileCacheMb,
      onProgress: progressOn(io),
      signal,
    })
    try {
      const what = `${ratePerS} views a second, ${profiles} profiles (${isUniform ? 'uniform' : 'Zipf'}), ${store ?? 'LMDB'}`
      stderr.write(`${printable(what)}: ${(WARM_UP_MS + measureMs) / 1_000} s…\n`)
      const report = await stage.send(traffic)
      const summary = summaryOf(report, price)
      const latencies = decisionLatencies(report)
      const svg = textOf(values, 'svg')
      if (svg !== undefined) await writeFile(svg, latencySvg(what, latencies))
      stdout.write(
        values['json'] === true
          ? `${JSON.stringify({ ...summary, timeline: report.timeline })}\n`
          : formatSummary(summary, latencies),
      )
    } finally {
      await stage.end()
    }
  },
}
