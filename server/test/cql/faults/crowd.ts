import type { BatchResponse, DecideResponse, Event, Tier } from 'prepaint/protocol'
import { machineMs } from '../../../../lab/load/gaps.ts'
import { PAGE } from '../../support/start-service.ts'
import { post } from './post.ts'

/** Visitors whom the service knows. */
export const VISITORS = 100

/** Decisions a second; every fifth visitor also tells an event. */
const RATE = 100
const EVENT_EVERY = 5

/** Coprime to the number of visitors: everybody tells events, and as a rule not when the service is asked for them. */
const STRIDE = 7

/** An answer of the service. */
export interface Decision {
  visitor: number
  /** Times of request and answer, in ms of `machineMs`. */
  fromMs: number
  untilMs: number
  status: number
  tier: Tier | undefined
}

/** Known visitors of a service who come back and tell events. */
export interface Crowd {
  /** In the order in which they were asked for. */
  decisions: Decision[]
  /** Ids of the visitors. */
  visitorIds: string[]
  /** Ids of the messages that the service has acknowledged, and of all that were sent. */
  acknowledged: Set<string>
  sent: Set<string>
  /** Begins to come, at a steady rate, whatever becomes of who came before; returns its end. */
  come(): () => Promise<void>
}

/** The event of a turn: of several types, so that they change all parts of a profile. */
function eventOf(turn: number): Event {
  const base = { messageId: `f${turn}`, timestamp: new Date().toISOString() }
  if (turn % 3 === 0) return { ...base, type: 'page', name: 'Home' }
  if (turn % 3 === 1) return { ...base, type: 'identify', traits: { plan: 'pro', turn } }
  return { ...base, type: 'track', event: 'Viewed', properties: { turn } }
}

/** Makes visitors known, each by one event. */
export async function gather(url: string): Promise<Crowd> {
  const asker = { v: 1, site: 'agency', consent: 'granted' }
  const decisions: Decision[] = []
  const [acknowledged, sent] = [new Set<string>(), new Set<string>()]
  const decide = (token?: string) => post<DecideResponse>(`${url}/v1/decide`, { ...asker, page: PAGE, token })
  const tokens = await Promise.all(Array.from({ length: VISITORS }, async () => (await decide()).body?.token as string))
  let turn = 0

  async function tell(visitor: number): Promise<void> {
    const event = eventOf(turn++)
    sent.add(event.messageId)
    const token = tokens[visitor]
    const { body } = await post<BatchResponse>(`${url}/v1/batch`, {
      ...asker,
      token,
      sentAt: event.timestamp,
      batch: [event],
    })
    if (body?.results?.[0] === 'accepted') acknowledged.add(event.messageId)
  }

  async function visit(visitor: number): Promise<void> {
    const decision: Decision = { visitor, fromMs: machineMs(), untilMs: Infinity, status: 0, tier: undefined }
    decisions.push(decision)
    const { status, body } = await decide(tokens[visitor])
    Object.assign(decision, { untilMs: machineMs(), status, tier: body?.slots['headline']?.tier })
  }

  await Promise.all(tokens.map((_token, visitor) => tell(visitor)))
  return {
    decisions,
    visitorIds: tokens.map((token) => token.split('.')[0] as string),
    acknowledged,
    sent,
    come() {
      const underWay: Promise<void>[] = []
      const beganMs = machineMs()
      let come = 0
      const timer = setInterval(() => {
        for (; (machineMs() - beganMs) * RATE >= come * 1_000; come++) {
          underWay.push(visit(come % VISITORS))
          if (come % EVENT_EVERY === 0) underWay.push(tell((turn * STRIDE) % VISITORS))
        }
      }, 1)
      return async () => {
        clearInterval(timer)
        await Promise.all(underWay)
      }
    },
  }
}
