// One turn in process: takes a peer's name (else it is ours) and the first visitor, and prints what it took as a line of JSON.
import { quantile } from '../../lab/statistics.ts'
import { openDecisions } from '../decide/in-process.ts'
import { loaderOf } from './install.ts'
import type { Answer } from './peer.ts'
import { PEERS } from './peers.ts'
import { benchRules, isRight, type Question, questionsFrom } from './rules.ts'
import type { Turn } from './table.ts'

/** More than one of them answers before its code is compiled. */
const QUESTIONS = 20_000
const WARM_UP_MS = 2_000
const MEASURE_MS = 2_000

const [name, first = '0'] = process.argv.slice(2)
const peer = PEERS.find((one) => one.name === name)

async function buildAnswer(): Promise<Answer> {
  if (peer?.kind === 'process') return peer.build(benchRules(), loaderOf(peer))
  const ours = await openDecisions()
  return ({ token }) => ours.answer(token)
}

const answer = await buildAnswer()
const questions = questionsFrom(Number(first), QUESTIONS)

async function answerFor(durationMs: number): Promise<Turn> {
  const latenciesMs: number[] = []
  let bytes = 0
  const { user, system } = process.cpuUsage()
  const endMs = performance.now() + durationMs
  for (let turn = 0, nowMs = performance.now(); nowMs < endMs; turn++) {
    const text = await answer(questions[turn % QUESTIONS] as Question)
    // Makes one text of pieces, as sending would.
    bytes += Buffer.byteLength(text)
    const thenMs = performance.now()
    latenciesMs.push(thenMs - nowMs)
    nowMs = thenMs
    if (turn % 1_000 === 0 && !isRight(text)) throw new Error(`not the experiences that fit: ${text}`)
  }
  const spent = process.cpuUsage()
  const answered = latenciesMs.length
  return {
    cpuUs: (spent.user + spent.system - user - system) / answered,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    bytes: bytes / answered,
  }
}

await answerFor(WARM_UP_MS)
const turn = await answerFor(MEASURE_MS)
process.stdout.write(`${JSON.stringify(turn)}\n`, () => process.exit())
