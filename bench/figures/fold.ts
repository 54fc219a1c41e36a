import type { Feature } from 'prepaint/engine'
import { EVENTS_A_BATCH } from '../events/batches.ts'
import { openFolding } from '../events/folding.ts'
import { tenFeatures } from '../events/ten-features.ts'
import type { Measurement } from '../figure.ts'

const BATCHES = 10_000

/** Folds a log of so many features into an empty store; returns the events a second of wall time, and a second of CPU time. */
async function fold(declared: readonly Feature[]): Promise<{ perSec: number; perCpuSec: number }> {
  const folding = await openFolding(declared)
  await folding.append(0, BATCHES)
  const startMs = performance.now()
  const started = process.cpuUsage()
  await folding.start().caughtUp()
  const seconds = (performance.now() - startMs) / 1_000
  const { user, system } = process.cpuUsage(started)
  await folding.close()
  const events = BATCHES * EVENTS_A_BATCH
  return { perSec: events / seconds, perCpuSec: (events * 1_000_000) / (user + system) }
}

/** Events of a log that are folded into profiles in LMDB, with ten features; 20 events a batch and visitor. */
export const foldEvents: Measurement = {
  title: `${(BATCHES * EVENTS_A_BATCH).toLocaleString('en')} events folded into profiles with ${tenFeatures.length} features`,
  families: ['fold.eventsPerSec'],
  async measure() {
    await fold(tenFeatures)
    const bare = await fold([])
    const { perSec, perCpuSec } = await fold(tenFeatures)
    const told = [bare.perSec, bare.perCpuSec, perCpuSec].map((value) => Math.round(value).toLocaleString('en'))
    process.stderr.write(
      `  without features ${told[0]}/s (${told[1]} a second of CPU time), with them ${told[2]} a second of CPU time\n`,
    )
    return [{ name: 'fold.eventsPerSec', value: perSec, unit: 'events/s', limit: 100_000, isFloor: true }]
  },
}
