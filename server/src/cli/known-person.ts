import { type Membership, memberships, type VisitorFacts } from 'prepaint/engine'
import type { Site } from '../catalog/site.ts'
import type { RecentEvent } from '../profiles/profile.ts'
import { audienceInputs } from './audience-inputs.ts'
import { clauseText } from './explanation.ts'
import { type FeatureReport, featureRow, featuresOf } from './known-features.ts'
import { printable } from './printable.ts'
import type { KnownPerson } from './read-person.ts'

/** A person as `profile` shows one. Times are ISO 8601. */
export interface PersonReport {
  site: string
  /** Absent if nothing is stored. */
  firstSeen?: string
  lastSeen?: string
  link?: { userId: string; until: string }
  facts: VisitorFacts | undefined
  /** Latest last. */
  recent: { name: string; at: string }[]
  features: FeatureReport[]
  audiences: KnownMembership[]
}

/** Membership of somebody; with `unknown` on what it depends: on what a view alone tells, or on features that may not be known. */
interface KnownMembership extends Membership {
  dependsOn?: ('view' | 'features')[]
}

const instant = (atMs: number): string => new Date(atMs).toISOString()

function membershipsOf({ compiled }: Site, person: Parameters<typeof memberships>[1]): KnownMembership[] {
  const inputs = audienceInputs(compiled)
  return memberships(compiled, person).map((membership) => {
    if (membership.verdict !== 'unknown') return membership
    const { view = [], readsFeatures = false } = inputs.get(membership.audience) ?? {}
    const dependsOn = [...(view.length > 0 ? ['view' as const] : []), ...(readsFeatures ? ['features' as const] : [])]
    return { ...membership, dependsOn }
  })
}

/** Brings together what is known of a person. */
export function reportOf(site: Site, { context, link, profiles, inForce }: KnownPerson, nowMs: number): PersonReport {
  const recent: RecentEvent[] = profiles.flatMap((profile) => [
    ...profile.recent,
    ...(profile.serverMemory?.recent ?? []),
  ])
  return {
    site: site.name,
    ...(profiles.length > 0 && {
      firstSeen: instant(Math.min(...profiles.map(({ firstSeenMs }) => firstSeenMs))),
      lastSeen: instant(Math.max(...profiles.map(({ lastSeenMs }) => lastSeenMs))),
    }),
    ...(link && { link: { userId: link.userId, until: instant(link.untilMs) } }),
    facts: context.visitor,
    recent: recent.sort((one, other) => one.atMs - other.atMs).map(({ name, atMs }) => ({ name, at: instant(atMs) })),
    features: featuresOf(site, context.visitor, inForce, nowMs),
    audiences: membershipsOf(site, { ...context, nowMs }),
  }
}

type Row = readonly [name: string, text: string]

/** Reasons for which an audience is unknown, in words. */
const UNKNOWN = { view: 'depends on the view', features: 'a feature is not known' } as const

function membershipText({ verdict, clause, dependsOn = [] }: KnownMembership): string {
  if (verdict === 'in') return 'in'
  if (verdict === 'out') return `out: ${clauseText(clause)}`
  return `${dependsOn.map((one) => UNKNOWN[one]).join(', or ')}: ${(clause?.path ?? []).join(' › ')}`
}

function section(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([name]) => printable(name).length))
  return ['', title, ...rows.map(([name, text]) => `  ${printable(name).padEnd(width)}  ${printable(text)}`)]
}

/** Formats it for a terminal, on which text that visitors have sent is safe. */
export function formatPerson({
  site,
  firstSeen,
  lastSeen,
  link,
  facts,
  recent,
  features,
  audiences,
}: PersonReport): string {
  const { traits = {}, events = {}, pageViews = 0, assignments = {}, shown = {} } = facts ?? {}
  const head: Row[] =
    firstSeen === undefined || lastSeen === undefined
      ? [['profile', 'nothing is stored of this person']]
      : [
          ['first event', firstSeen],
          ['last event', lastSeen],
          ['page views', String(pageViews)],
        ]
  if (link) head.push(['linked to', `user ${link.userId} until ${link.until}`])
  const lines = [
    ...section(`site ${site}`, head),
    ...section(
      'traits',
      Object.entries(traits).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
    ...section(
      'events',
      Object.entries(events).map(([name, count]) => [name, String(count)]),
    ),
    ...section('variants kept', Object.entries(assignments)),
    ...section(
      'shown',
      Object.entries(shown).map(([experience, { count, recentMs }]) => {
        const lastMs = recentMs.at(-1)
        return [experience, `${count} times${lastMs === undefined ? '' : `, last ${instant(lastMs)}`}`]
      }),
    ),
    ...section(
      'recent events',
      recent.map(({ name, at }) => [at, name]),
    ),
    ...section('features', features.map(featureRow)),
    ...section(
      'audiences',
      audiences.map((one) => [one.audience, membershipText(one)]),
    ),
  ]
  return `${lines.slice(1).join('\n')}\n`
}
