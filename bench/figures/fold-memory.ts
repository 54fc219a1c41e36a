import { quantile } from '../../lab/statistics.ts'
import { EVENTS_A_BATCH } from '../events/batches.ts'
import { openFolding } from '../events/folding.ts'
import { tenFeatures } from '../events/ten-features.ts'
import type { Measurement } from '../figure.ts'

/** Ten million events take five times as long as what is run more often. */
const EVENTS = process.env['PREPAINT_PROVE'] === '1' ? 10_000_000 : 2_000_000

/** Each visitor has so many events in the first quarter that every bound of a profile is reached. */
const VISITORS = EVENTS / 4 / 500

const LOOKS = 40

/** Bytes that the log keeps meanwhile. */
const MAX_LOG_BYTES = 134_217_728

/** Memory of a process that folds, in turns with making the events, after each profile has reached its bounds. */
export const foldMemory: Measurement = {
  title: `memory while ${EVENTS.toLocaleString('en')} events of ${VISITORS} visitors are folded`,
  families: ['fold.memoryGrowthPct'],
  async measure() {
    const folding = await openFolding(tenFeatures)
    const consumer = folding.start()
    const batches = EVENTS / EVENTS_A_BATCH / LOOKS
    const sizes: number[] = []
    for (let look = 0; look < LOOKS; look++) {
      await folding.append(look * batches, (look + 1) * batches, VISITORS)
      await consumer.caughtUp()
      await folding.log.trim?.({ upTo: await consumer.resumesAt(), olderThanMs: 0, maxBytes: MAX_LOG_BYTES })
      sizes.push(process.memoryUsage().rss)
    }
    await folding.close()
    process.stderr.write(`  in MB: ${sizes.map((bytes) => (bytes / 1e6).toFixed(0)).join(' ')}\n`)
    const quarter = LOOKS / 4
    const growth = quantile(sizes.slice(-quarter), 0.5) / quantile(sizes.slice(quarter, 2 * quarter), 0.5)
    return [{ name: 'fold.memoryGrowthPct', value: (growth - 1) * 100, unit: '%', limit: 5 }]
  },
}
