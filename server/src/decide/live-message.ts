import { type Airings, decide, type DecideContext, type GeoFacts } from 'prepaint/engine'
import type { LiveMessage, PageContext } from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { WallClock } from '../clock.ts'
import { shownBy, tvPlanOf } from './tv-plan.ts'

/** Circumstances that a plan is made for. */
export interface LiveContext {
  page: PageContext
  geo?: GeoFacts | undefined
}

/** Plans for somebody of whom nothing is known; undefined if the site has no live slot, or the engine failed. */
export type PlanLive = (site: Site, context: LiveContext) => LiveMessage | undefined

/** Dependencies of planning. */
export interface LivePlannerOptions {
  /** Returns what is known of a site's airings. */
  airingsOf(site: string): Airings
  now: WallClock
  /** Called if the engine failed. */
  onEngineFailure(cause: unknown): void
}

/** Makes the planner. It reads no profile. */
export function createLivePlanner({ airingsOf, now, onEngineFailure }: LivePlannerOptions): PlanLive {
  return ({ name, compiled }, { page, geo }) => {
    if (!compiled.hasTv) return undefined
    const context: DecideContext = { page, nowMs: now(), tv: airingsOf(name), ...(geo === undefined ? {} : { geo }) }
    try {
      const outcomes = decide(compiled, context)
      const plan = tvPlanOf(compiled, context, outcomes)
      const shown = outcomes
        .filter(({ slot }) => slot.isLive)
        .map((outcome) => [outcome.slot.name, shownBy(compiled, outcome)] as const)
      return plan && { plan, slots: Object.fromEntries(shown) }
    } catch (cause) {
      onEngineFailure(cause)
      return undefined
    }
  }
}
