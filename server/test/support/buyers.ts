import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { createRandom } from '../../src/loadtest/random.ts'
import type { RunningService } from './start-service.ts'

const VISITORS = 200
const MAX_DELAY_MS = 200

/** A site that offers something until it is bought. */
export const BUYERS_CATALOG = `site: agency
origins: [https://www.brand.example]
slots: { offer: {} }
audiences:
  buyers: { "events.Order Completed": { $gte: 1 } }
  others: { $not: { $audience: buyers } }
experiences:
  - { id: thanks, slot: offer, audience: buyers, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: buy, slot: offer, audience: others, variants: [{ id: buy, do: [{ text: Buy me }] }] }
`

/** Buys at one service, loads a page at another a moment later, and returns what is offered there. */
async function buyAndReturn(here: RunningService, there: RunningService, delayMs: number): Promise<string | undefined> {
  const first = (await here.decide()).body
  expect(first.slots['offer']?.experience).toBe('buy')
  const token = first.token as string
  const event = { messageId: token.slice(0, 22), timestamp: new Date().toISOString(), event: 'Order Completed' }
  // As the client does: it names the event until an answer says that the profile has it, and waits for no answer to the batch.
  const sent = here.batch(token, [{ ...event, type: 'track' }])
  await delay(delayMs)
  const { slots } = (await there.decide({ token, recent: [event] })).body
  expect((await sent).status).toBe(200)
  return slots['offer']?.experience
}

/**
 * Has 200 visitors buy at one service, and load a page at the other up to 200 ms later: none is offered what was bought.
 * @param leastThanked share of them who must be known to have bought: the others' profiles may be late
 */
export async function offersAfterBuying(
  startBoth: () => Promise<[RunningService, RunningService]>,
  leastThanked = 1,
): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = createRandom(seed)
  const [here, there] = await startBoth()
  const delays = Array.from({ length: VISITORS }, () => random() * MAX_DELAY_MS)
  const offered = await Promise.all(delays.map((delayMs) => buyAndReturn(here, there, delayMs)))
  expect(
    offered.filter((experience) => experience === 'buy'),
    `seed ${seed}`,
  ).toEqual([])
  // A store that is late leaves the page as it is, which offers nothing; most are not.
  const thanked = offered.filter((experience) => experience === 'thanks').length
  expect(thanked, `seed ${seed}`).toBeGreaterThanOrEqual(VISITORS * leastThanked)
}
