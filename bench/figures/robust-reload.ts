import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import type { Figure, Measurement } from '../figure.ts'
import { usualQuestion } from '../robust/floods.ts'
import { largeCatalogText } from '../robust/large-catalog.ts'
import { type AttackedService, SITE, startAttacked } from '../robust/service.ts'
import type { LongestTurn } from '../robust/turns.ts'

const PROBE = new URL('../robust/turns.ts', import.meta.url).href

/** Slots of the catalogs that are reloaded: as many as pages have, one for all experiences, and as many as a catalog may have. */
const SLOTS = [20, 1, 500]

/** Reloads of each. */
const ROUNDS = 4

/** Time after a start or a reload in which what follows from it happens, too, in ms. */
const SETTLE_MS = 500

/** Time without a reload that is measured before each, in ms. */
const QUIET_MS = 2_000

/** Time between two questions of the one visitor who asks all the time, in ms. */
const ASK_EVERY_MS = 5

/** A turn of the event loop, the longest wait for a decision, and the longest turn of a process that has nothing to do, in ms. */
interface Stalls extends LongestTurn {
  decisionMs: number
  bareMs: number
}

/** Starts a process that does nothing but turn: how long it stands still is the machine's doing. */
function startBare(): ChildProcess {
  const args = ['--import', PROBE, '--eval', 'process.on("disconnect", () => process.exit()).channel.ref()']
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

async function longestTurnOf(child: ChildProcess): Promise<LongestTurn> {
  const answer = once(child, 'message')
  child.send('longest')
  const [turn] = (await answer) as [LongestTurn]
  return turn
}

function longer(one: Stalls, other: Stalls): Stalls {
  return one.ms > other.ms ? one : other
}

/** Asks all the time; tells the version that answers and how long the longest wait was. */
function startAsking(port: number) {
  const connection = createConnection(port)
  let longestMs = 0
  let version = ''
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const startMs = performance.now()
      const { body } = await connection.send(usualQuestion())
      longestMs = Math.max(longestMs, performance.now() - startMs)
      version = /"catalog":"(\w+)"/.exec(body)?.[1] ?? version
      await delay(ASK_EVERY_MS)
    }
  })()
  return {
    version: () => version,
    takeLongestMs() {
      const taken = longestMs
      longestMs = 0
      return taken
    },
    async end() {
      isOver = true
      await asking
      connection.close()
    },
  }
}

/** Reloads a catalog several times; the longest stalls with and without. */
async function measureReloads(
  { child, catalogFile, port }: AttackedService,
  bare: ChildProcess,
  slots: number,
): Promise<{ reload: Stalls; quiet: Stalls }> {
  const visitor = startAsking(port)
  const take = async (): Promise<Stalls> => {
    const [turn, { ms: bareMs }] = await Promise.all([longestTurnOf(child), longestTurnOf(bare)])
    return { ...turn, bareMs, decisionMs: visitor.takeLongestMs() }
  }
  const none = { ms: 0, cpuMs: 0, stalledMs: 0, decisionMs: 0, bareMs: 0 }
  const worst = { reload: none, quiet: none }
  await delay(QUIET_MS)
  for (let round = 1; round <= ROUNDS; round++) {
    const before = visitor.version()
    await take()
    await delay(QUIET_MS)
    worst.quiet = longer(worst.quiet, await take())
    await writeFile(`${catalogFile}~`, largeCatalogText(SITE, slots, round))
    await rename(`${catalogFile}~`, catalogFile)
    while (visitor.version() === before) await delay(ASK_EVERY_MS)
    await delay(SETTLE_MS)
    worst.reload = longer(worst.reload, await take())
  }
  await visitor.end()
  return worst
}

async function measure(): Promise<Figure[]> {
  const told: { reload: Stalls; quiet: Stalls }[] = []
  const bare = startBare()
  for (const slots of SLOTS) {
    const service = await startAttacked({ catalog: largeCatalogText(SITE, slots), imports: [PROBE] })
    try {
      const { reload, quiet } = await measureReloads(service, bare, slots)
      told.push({ reload, quiet })
      const say = ({ ms, cpuMs, decisionMs, bareMs }: Stalls): string =>
        `${ms.toFixed(1)} ms (${cpuMs.toFixed(1)} of its own work; a decision waited ${decisionMs.toFixed(1)}, a process with nothing to do stood still for ${bareMs.toFixed(1)})`
      process.stderr.write(`  ${slots} slots: while it reloads ${say(reload)}, else ${say(quiet)}\n`)
    } finally {
      await service.close()
    }
  }
  bare.disconnect()
  const value = Math.max(...told.map(({ reload }) => reload.ms))
  const quietMs = Math.max(...told.map(({ quiet }) => Math.max(quiet.ms, quiet.bareMs)))
  const limit = 20
  return [
    {
      name: 'robust.reloadStallMs',
      value,
      unit: 'ms',
      limit,
      ...(quietMs > limit ? { flaw: `the machine stood still for ${quietMs.toFixed(1)} ms without a reload` } : {}),
    },
  ]
}

/** Longest time for which nobody is answered because a catalog is reloaded. */
export const robustReload: Measurement = {
  title: 'the longest turn of the event loop while catalogs of 5,000 experiences are reloaded',
  families: ['robust.reloadStallMs'],
  measure,
}
