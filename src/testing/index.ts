/**
 * Pretends a decision service, for the tests of an app. Needs msw, which the app's project brings along.
 * @module prepaint/testing
 */
import { http, type HttpHandler, HttpResponse } from 'msw'
import type { BatchRequest, DecideRequest, DecideResponse, Event, SlotDecision } from '../protocol/index.ts'

/** Answers of the pretended service. */
export interface ServiceOptions {
  /** The endpoint of the client on trial. Default `/pp`. */
  endpoint?: string
  /** Decisions by slot: the variant's id and operations. A slot without operations is a control. */
  slots?: { [slot: string]: Partial<SlotDecision> }
}

/** A pretended decision service, for tests of an app that uses Prepaint. */
export interface TestService {
  /** For msw's `setupServer` or `setupWorker`. */
  handlers: HttpHandler[]
  /** Decision requests, oldest first. */
  questions: DecideRequest[]
  /** The events that came, oldest first, each once however often it was sent. */
  events: Event[]
  /**
   * Changes what the next answer says of a slot.
   * @example
   * ```ts
   * service.set('headline', { operations: [{ op: 'text', value: 'Summer' }] })
   * ```
   */
  set(slot: string, decision: Partial<SlotDecision>): void
}

/**
 * Makes a service that answers every question with `slots`, and acknowledges every event.
 * @example
 * ```ts
 * import { createTestService } from 'prepaint/testing'
 * import { setupServer } from 'msw/node'
 *
 * const service = createTestService({
 *   endpoint: 'http://localhost/pp',
 *   slots: { headline: { operations: [{ op: 'text', value: 'Spring' }] } },
 * })
 * setupServer(...service.handlers).listen()
 * ```
 */
export function createTestService({ endpoint = '/pp', slots = {} }: ServiceOptions = {}): TestService {
  const decisions = new Map(Object.entries(slots))
  const questions: DecideRequest[] = []
  const events: Event[] = []

  function decisionOf(slot: string, decision: Partial<SlotDecision>): SlotDecision {
    const reason = decision.operations?.length ? 'match' : 'control'
    return { reason, tier: 'live', experience: slot, variant: 'test', ...decision }
  }

  const handlers = [
    http.post(`${endpoint}/v1/decide`, async ({ request }) => {
      const question = JSON.parse(await request.text()) as DecideRequest
      questions.push(question)
      const answer: DecideResponse = {
        v: 1,
        catalog: 'test',
        consent: question.consent,
        ...(question.consent === 'granted' && !question.token ? { token: 'test-token' } : {}),
        ttlMs: 60_000,
        slots: Object.fromEntries([...decisions].map(([slot, decision]) => [slot, decisionOf(slot, decision)])),
      }
      return HttpResponse.json(answer)
    }),
    http.post(`${endpoint}/v1/batch`, async ({ request }) => {
      const { batch } = JSON.parse(await request.text()) as BatchRequest
      const known = new Set(events.map(({ messageId }) => messageId))
      events.push(...batch.filter(({ messageId }) => !known.has(messageId)))
      return HttpResponse.json({ v: 1, results: batch.map(() => 'accepted') })
    }),
  ]
  return {
    handlers,
    questions,
    events,
    set(slot, decision) {
      decisions.set(slot, decision)
    },
  }
}
