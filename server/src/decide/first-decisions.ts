import type { Site } from '../catalog/site.ts'
import type { WallClock } from '../clock.ts'
import { createAnswerBytes } from './answer-bytes.ts'
import { createDecider, type DeciderOptions } from './decide.ts'
import type { Identity, ResolvedVisitor } from './resolve-visitor.ts'

/** Campaign, place and rest of a page that no catalog speaks of. */
const PAGE = { path: '/', campaign: '', referrer: '', device: 'desktop', language: '' } as const

/** Somebody new, of whom nothing is read or kept. */
async function resolveNobody({ site: { cacheMs } }: Identity): Promise<ResolvedVisitor> {
  return { context: { visitorId: 'first-decision' }, tier: 'live', cacheMs }
}

/** Dependencies of first decisions. */
export interface FirstDecisionsOptions extends Pick<DeciderOptions, 'onEngineFailure'> {
  now: WallClock
}

/**
 * Makes a decision for each site that nobody has asked for and nobody counts: V8 compiles a function when it is first called,
 * and the first visitor would wait for it.
 */
export async function makeFirstDecisions(
  sites: readonly Site[],
  { now, onEngineFailure }: FirstDecisionsOptions,
): Promise<void> {
  const decide = createDecider({ resolveVisitor: resolveNobody, now, onEngineFailure, onDecided: () => undefined })
  const answerBytes = createAnswerBytes()
  for (const site of sites) answerBytes(await decide({ site, consent: 'granted', mayLink: false, page: PAGE }))
}
