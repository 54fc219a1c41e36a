import type { Goal } from 'prepaint/engine'
import { userProfileId } from '../../src/identity/profile-id.ts'
import type { EventRecord, LinkRecord, StoredRecord } from '../../src/ingest/record.ts'
import { hashHexOf } from '../../src/profiles/seen.ts'
import type { Plan } from '../../src/tally/plan.ts'

/** Sums of an experience, variant, day and goal, as a line of text. */
export type NaiveLine = string

interface Said {
  atMs: number
  isFromServer: boolean
  value: number
}

const DAY_MS = 86_400_000

function nameOf({ event }: EventRecord): string {
  return event.type === 'track' ? event.event : `pp:${event.type}`
}

function propertiesOf({ event }: EventRecord): { readonly [name: string]: unknown } {
  return event.type === 'track' ? (event.properties ?? {}) : {}
}

/** The first of them that happened, by the message id's hash if several did at once. */
function firstOf(records: readonly EventRecord[]): EventRecord | undefined {
  const inOrder = (one: EventRecord, other: EventRecord): number =>
    one.atMs - other.atMs || (hashHexOf(one.event.messageId) < hashHexOf(other.event.messageId) ? -1 : 1)
  return [...records].sort(inOrder)[0]
}

/** Events of the visitor, and of the users whose links it has opened, as long as they hold. */
function eventsOf(visitor: string, events: readonly EventRecord[], links: readonly LinkRecord[]): EventRecord[] {
  const own = events.filter(({ visitorId }) => visitorId === visitor)
  const unlinks = own.filter((record) => nameOf(record) === 'pp:unlinked').map(({ atMs }) => atMs)
  const users = new Set(links.filter(({ visitorId }) => visitorId === visitor).map(({ event }) => event.userId))
  const ofUsers = [...users].flatMap((user) => {
    const opened = links.filter(({ visitorId, event }) => visitorId === visitor && event.userId === user)
    const openedMs = Math.max(...opened.map(({ receivedMs }) => receivedMs))
    const untilMs = Math.max(...opened.map((link) => link.untilMs ?? 0))
    const endMs = Math.min(untilMs, ...unlinks.filter((atMs) => atMs >= openedMs))
    return events.filter(
      ({ visitorId, atMs, keyId }) => visitorId === userProfileId(user) && keyId === 2 && atMs < endMs,
    )
  })
  return [...own, ...ofUsers]
}

/** Occurrences of a goal, each named once: its time is the first, its value that of a server, if one has told it. */
function occurrencesOf(goal: Goal, events: readonly EventRecord[]): Said[] {
  const byKey = new Map<string, Said[]>()
  for (const record of events) {
    const properties = propertiesOf(record)
    if (nameOf(record) !== goal.event) continue
    const said = goal.of === undefined ? 1 : properties[goal.of]
    if (typeof said !== 'number' || said < 0) continue
    const named = goal.by === undefined ? undefined : properties[goal.by]
    const key = named === undefined ? `message ${record.event.messageId}` : `by ${String(named)}`
    const value = Math.round(said * 100)
    byKey.set(key, [...(byKey.get(key) ?? []), { atMs: record.atMs, isFromServer: record.keyId === 2, value }])
  }
  return [...byKey.values()].map((all) => {
    const fromServer = all.filter(({ isFromServer }) => isFromServer)
    const [believed] = (fromServer.length > 0 ? fromServer : all).sort((a, b) => a.atMs - b.atMs || a.value - b.value)
    return { ...(believed as Said), atMs: Math.min(...all.map(({ atMs }) => atMs)) }
  })
}

function sumWithin(said: readonly Said[], goal: Goal, fromMs: number, untilMs: number): [number: number, sum: number] {
  const within = said.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
  const sum = within.reduce((total, { value }) => total + value, 0)
  return [within.length, Math.min(sum, (goal.most ?? Infinity) * 100)]
}

/** Counts all records at once, with no thought of speed: what reports are to say, whatever the order in which records came. */
export function naiveOutcomes(plan: Plan, records: readonly StoredRecord[]): NaiveLine[] {
  const events = records.filter((record) => record.kind === 'event')
  const links = records.filter((record) => record.kind === 'link')
  const cells = new Map<string, bigint[]>()
  for (const visitor of new Set(events.map(({ visitorId }) => visitorId))) {
    if (visitor.includes(':')) continue
    const all = eventsOf(visitor, events, links)
    for (const experience of plan.experiences) {
      const named = all.filter(
        (record) => nameOf(record) === 'pp:assigned' && propertiesOf(record)['experience'] === experience.id,
      )
      const first = firstOf(named)
      if (!first) continue
      const variant = String(propertiesOf(first)['variant'])
      for (const goal of plan.goals) {
        const said = occurrencesOf(goal, all)
        const [count, value] = sumWithin(said, goal, first.atMs, first.atMs + goal.withinMs)
        const [, before] = sumWithin(said, goal, first.atMs - goal.withinMs, first.atMs)
        const [y, x] = [BigInt(value), BigInt(before)]
        const key = `${experience.id} ${variant} ${Math.floor(first.atMs / DAY_MS)} ${goal.id}`
        const sums = [1n, count > 0 ? 1n : 0n, y, y * y, x, x * x, x * y]
        cells.set(
          key,
          sums.map((sum, index) => sum + (cells.get(key)?.[index] ?? 0n)),
        )
      }
    }
  }
  return [...cells].map(([key, sums]) => `${key}: ${sums.join(' ')}`).sort()
}
