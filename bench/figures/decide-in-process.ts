import { quantile } from '../../lab/statistics.ts'
import { openDecisions } from '../decide/in-process.ts'
import { tokensOf } from '../decide/visitors.ts'
import type { Measurement } from '../figure.ts'

const REQUESTS = 100_000

/** From a parsed question to the answer's text: token, profile, engine and JSON, without HTTP. */
export const decideInProcess: Measurement = {
  title: `decisions in process, ${REQUESTS} of a million visitors`,
  families: ['decide.inProcess'],
  async measure() {
    const { answer, close } = await openDecisions()
    const tokens = tokensOf(REQUESTS, 7_919)
    const times: number[] = []
    // The first round makes code and pages of the store warm.
    for (const round of ['warm', 'measured']) {
      for (const token of tokens) {
        const startMs = performance.now()
        const text = await answer(token)
        if (round === 'measured') times.push((performance.now() - startMs) * 1_000)
        if (!text.includes('"tier":"live"')) throw new Error(`no live decision: ${text}`)
      }
    }
    await close()
    return [{ name: 'decide.inProcessUs', value: quantile(times, 0.5), unit: 'µs', limit: 20 }]
  },
}
