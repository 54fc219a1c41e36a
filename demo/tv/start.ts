import { type Channel, DAY, DAY_SEED, readDay, START_MS, statementsOf } from '../../lab/tv/day.ts'
import type { RunningBrand } from '../brand/brand.ts'
import { commandLine } from '../brand/command-line.ts'
import { startBrand } from '../brand/start.ts'
import { createReplay, type Replay } from './replay.ts'
import { serveSet } from './set-server.ts'
import { tvShop } from './tv-shop.ts'

/** A simulated set with the page of a shop that advertises on it. */
export interface RunningTv extends RunningBrand {
  channels: Channel[]
  replay: Replay
}

const isOfShop = (spot: string): boolean => spot.endsWith('-30')

/** Times around the shop's commercials: from shortly before until the page is back, by its catalog (6 s of delay, 1 min). */
function eventfulTimes(channels: readonly Channel[]): { fromMs: number; toMs: number }[] {
  return channels
    .flatMap(({ spots }) => spots.filter(({ spot }) => isOfShop(spot)))
    .map(({ fromMs }) => ({ fromMs: fromMs - 6_000, toMs: fromMs + 72_000 }))
    .sort((one, other) => one.fromMs - other.fromMs)
}

async function tell(
  { servicePort, dataDirectory, brand, service }: RunningBrand,
  channels: readonly Channel[],
): Promise<void> {
  const site = ['--site', brand.site, '--data', dataDirectory]
  const { key } = await commandLine<{ key: string }>('key', ...site, '--for', 'server')
  for (const statement of statementsOf(channels)) {
    const response = await fetch(`http://127.0.0.1:${servicePort}/v1/tv`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ v: 1, site: brand.site, statements: [statement] }),
    })
    if (!response.ok) throw new Error(`${statement.feed} was refused: ${response.status} ${await response.text()}`)
  }
  await service.caughtUp()
}

/** Starts the shop with a service that lives through the day, and the set beside it. */
export async function startTv(options: { port?: number; runMs?: () => number } = {}): Promise<RunningTv> {
  const { port = 0, runMs = () => performance.now() } = options
  const channels = await readDay(DAY_SEED)
  const replay = createReplay({ fromMs: START_MS, toMs: DAY.toMs, eventful: eventfulTimes(channels), runMs })
  const app = await serveSet(channels, replay)
  const running = await startBrand(tvShop, { port, now: replay.now, app })
  try {
    await tell(running, channels)
  } catch (error) {
    await running.close()
    throw error
  }
  return { ...running, channels, replay }
}
