import type { Json } from '../../protocol/index.ts'
import type { Attribute } from '../attribute.ts'
import { type Frame, type Known, NOT_KNOWN } from '../frame.ts'
import { createDaypartAt, type DaypartAt } from './daypart.ts'
import { look, type TvQuery } from './look.ts'
import type { Occurrence } from './occurrence.ts'
import type { ReachOf } from './reach.ts'

/** Something on TV as an attribute of conditions. It needs no person: place and time are enough. */
export interface TvAttribute extends Attribute {
  /** Place of its next change in a frame, which reading it fills. */
  place: number
  /** Names of the spots that can answer it; absent if any can. */
  spots?: readonly string[]
  /** Returns what is or was on that makes it hold; absent for the part of the day. */
  occurrence?(frame: Frame): Occurrence | undefined
}

/** Bound of a look-up, in ns (`tv.lookUs`). */
export const LOOK_NS = 1_000

/** Name of the part of the day on TV. */
export const TV_DAYPART = 'tv.daypart'

function attributeOf(name: string, place: number, read: (frame: Frame) => Known): TvAttribute {
  return { name, source: 'tv', key: name.slice(3), place, read }
}

/** Makes an attribute of a question to the timeline: true or false, and not known if the host has no timeline. */
export function createTvAttribute(name: string, query: TvQuery, reachOf: ReachOf, place: number): TvAttribute {
  const attribute = attributeOf(name, place, ({ tv, geo, nowMs, changesAtMs }) => {
    if (!tv) return NOT_KNOWN
    const { holds, changesAtMs: nextMs } = look(query, tv, reachOf(geo), nowMs)
    changesAtMs[place] = nextMs
    return holds
  })
  return { ...attribute, occurrence: ({ tv, geo, nowMs }) => tv && look(query, tv, reachOf(geo), nowMs).occurrence }
}

/** Makes the attribute of the part of the day. */
export function createDaypartAttribute(reachOf: ReachOf, place: number): TvAttribute {
  const byZone = new Map<string, DaypartAt>()
  return attributeOf(TV_DAYPART, place, ({ geo, nowMs, changesAtMs }) => {
    const { zone } = reachOf(geo)
    if (zone === undefined) return undefined
    const daypartAt = byZone.get(zone) ?? createDaypartAt(zone)
    byZone.set(zone, daypartAt)
    const { part, changesAtMs: nextMs } = daypartAt(nowMs)
    changesAtMs[place] = nextMs
    return part
  })
}

/** Returns the names of the spots that can answer a condition; undefined if any can. */
export function spotsAsked(name: string, operand: Json): readonly string[] | undefined {
  if (!name.startsWith('tv.spot.')) return []
  const { spot, ...others } = operand as { [field: string]: string }
  return spot === undefined || 'brand' in others || 'product' in others ? undefined : [spot]
}

/** Returns true if an attribute is of TV. */
export function isOfTv(attribute: Attribute): attribute is TvAttribute {
  return attribute.source === 'tv'
}
