import { type BatchResponse, type ErrorBody, PROTOCOL_VERSION } from '../protocol/index.ts'

/**
 * Meaning of an answer to a batch: `acked` it is durable, `retry` another try may help, `token` the service does not
 * know the visitor's token, `refused` it will never take it.
 */
export type BatchOutcome = 'acked' | 'retry' | 'token' | 'refused'

/**
 * Reads an answer. Only the service's own words acknowledge or refuse: a captive portal says 200 with a page of its own, a
 * firewall 403, a server between two versions 404, and none of them has seen the events.
 */
export function batchOutcome(status: number, answer: Partial<BatchResponse & ErrorBody> | null): BatchOutcome {
  if (status === 204 || (status === 200 && answer && answer.v === PROTOCOL_VERSION)) return 'acked'
  if (status === 408 || status === 429 || status >= 500 || !answer || !answer.error || !answer.error.code)
    return 'retry'
  return status === 401 ? 'token' : 'refused'
}
