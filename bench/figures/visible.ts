import { quantile } from '../../lab/statistics.ts'
import { visibleTimes } from '../events/buyers.ts'
import type { Measurement } from '../figure.ts'

const EVENTS_A_SECOND = 5_000

/** From an event's sending to another request's decision that knows it, while visitors of the whole site send theirs. */
export const visible: Measurement = {
  title: `an event until a decision knows it, at ${EVENTS_A_SECOND.toLocaleString('en')} events a second`,
  families: ['events.visibleMs'],
  async measure() {
    const times = await visibleTimes({ eventsPerS: EVENTS_A_SECOND })
    return [
      { name: 'events.visibleMs', value: quantile(times, 0.5), unit: 'ms', limit: 10 },
      { name: 'events.visibleMsP99', value: quantile(times, 0.99), unit: 'ms', limit: 50 },
    ]
  },
}
