import type { Source } from './attribute.ts'
import type { CompiledCatalog } from './compiled.ts'
import type { FailedClause } from './condition.ts'
import type { DecideContext } from './context.ts'
import { createFrame, NOT_KNOWN } from './frame.ts'

/** Says whether a person is in an audience. */
export interface Membership {
  /** The audience's name. */
  audience: string
  /** With `unknown` it depends on the view, or on what is not known of the person. */
  verdict: 'in' | 'out' | 'unknown'
  /** The clause that failed, or that is not known; absent with `in`. */
  clause?: FailedClause
}

/** Origins of what a view alone tells. */
const OF_VIEW: readonly Source[] = ['page', 'geo', 'time', 'session', 'tv']

/** Never read: every attribute of the page is set before. */
const NO_PAGE: DecideContext['page'] = { path: '', campaign: '', referrer: '', device: 'desktop', language: '' }

/**
 * Finds the audiences that somebody is in, by the profile alone: page, place, time and session count as not known.
 * @example
 * ```ts
 * for (const { audience, verdict } of memberships(compiled, { visitor, nowMs: Date.now() })) console.log(audience, verdict)
 * ```
 */
export function memberships(
  { audiences, attributes, size }: CompiledCatalog,
  person: Pick<DecideContext, 'visitor' | 'userId' | 'nowMs'>,
): Membership[] {
  const frame = createFrame({ ...person, page: NO_PAGE }, size)
  for (const [number, { source }] of attributes.entries())
    if (OF_VIEW.includes(source)) frame.values[number] = NOT_KNOWN
  return audiences.map((audience) => {
    if (audience.holds(frame)) return { audience: audience.name, verdict: 'in' }
    const verdict = audience.fails(frame) ? 'out' : 'unknown'
    return { audience: audience.name, verdict, clause: audience.failure(frame) }
  })
}
