import type { WallClock } from '../../../clock.ts'
import { readHeartbeat } from '../heartbeat.ts'
import type { Region } from './regions.ts'

/** Pause between two looks, in ms. */
const LOOK_EVERY_MS = 1_000

/** Age of the data of each data centre. */
export interface Staleness {
  /** Since the newest heartbeat that was seen there, in ms; undefined before the first. */
  ofMs(dataCentre: string): number | undefined
  close(): void
}

/** Dependencies of watching. */
export interface StalenessOptions {
  regions: readonly Region[]
  /** Ms since 1970, of a clock that goes as the log owner's: what both differ by is in every answer. */
  now: WallClock
}

/** Looks once a second in every data centre for the heartbeat of the log's owner. */
export function watchStaleness({ regions, now }: StalenessOptions): Staleness {
  const newest = new Map<string, number>()

  async function look({ dataCentre, connection }: Region): Promise<void> {
    const atMs = await readHeartbeat(connection.session())
    if (atMs !== undefined) newest.set(dataCentre, atMs)
  }

  const timers = regions.map((region) =>
    setInterval(() => void look(region).catch(() => undefined), LOOK_EVERY_MS).unref(),
  )

  return {
    ofMs(dataCentre) {
      const atMs = newest.get(dataCentre)
      return atMs === undefined ? undefined : Math.max(0, now() - atMs)
    },
    close() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
