// `npm run bench:peers`: products that a user would pick instead of the service, over the same rules and answers, in the same run.
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Running, startOurs, startPeer } from './contenders.ts'
import { ensurePeer, installationOf } from './install.ts'
import type { Peer } from './peer.ts'
import { PEERS } from './peers.ts'
import { cellsOf, markdownOf, type Missing, roundsOf, type Row, rowOf, type Turn } from './table.ts'

/** Visitors between the first ones of two turns: as many as a load has requests. */
const VISITORS_A_TURN = 20_000

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    edge: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
  },
})
const rounds = roundsOf(values.rounds)
const load = loadavg().map((value) => Math.round(value * 10) / 10)
const failed: Missing[] = []
const running: Running[] = []

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const isAsked = ({ kind }: Peer): boolean => values.edge || kind !== 'program'

/** Does something of a contender; if it fails, the contender is named as missing. */
async function tried<Result>(name: string, doing: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await doing()
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    say(`  ${name} failed: ${cause}`)
    failed.push({ name, cause })
    return undefined
  }
}

async function startAll(): Promise<void> {
  const installed: Peer[] = []
  for (const peer of PEERS.filter(isAsked)) {
    if (await tried(peer.name, () => ensurePeer(peer))) installed.push(peer)
  }
  say('starting and warming up each server, six seconds each…')
  running.push(...(await startOurs()))
  for (const peer of installed) {
    const started = await tried(peer.name, () => startPeer(peer))
    if (started) running.push(started)
  }
}

/** One turn of each in each round; one that fails has no other. */
async function measureAll(): Promise<Row[]> {
  const turns = new Map<Running, Turn[]>(running.map((contender) => [contender, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const [contender, own] of turns) {
      say(`round ${round} of ${rounds}: ${contender.name}, ${contender.place}…`)
      const turn = await tried(contender.name, () => contender.turn(round * VISITORS_A_TURN))
      if (turn) own.push(turn)
      else turns.delete(contender)
    }
  }
  const [bare] = running as [Running]
  return [...turns].map(([contender, own]) => rowOf(contender, own, turns.get(bare) ?? []))
}

function notAsked(peer: Peer): Missing {
  const { registry, command, args } = installationOf(peer)
  return { name: peer.name, cause: `only with --edge, which runs \`${command} ${args.join(' ')}\` (${registry})` }
}

function print(rows: readonly Row[]): void {
  const missing = [...failed, ...PEERS.filter((peer) => !isAsked(peer)).map(notAsked)]
  const cpu = cpus()[0]?.model.trim() ?? 'unknown'
  const machine = { cpu, cores: availableParallelism(), node: process.version, load, rounds }
  if (values.json) return console.log(JSON.stringify({ machine, rows, missing }))
  console.log(`${markdownOf(rows.map(cellsOf))}\n`)
  console.log(`${machine.cores} cores of ${cpu}, load ${load.join(' ')}; medians of ${rounds} rounds`)
  for (const { name, place, lacks } of rows) if (lacks) console.log(`${name} (${place}): ${lacks}`)
  for (const { name, cause } of missing) console.log(`missing: ${name}: ${cause}`)
}

try {
  await startAll()
  print(await measureAll())
} finally {
  for (const contender of running) await contender.close()
}
process.exitCode = failed.length === 0 ? 0 : 1
