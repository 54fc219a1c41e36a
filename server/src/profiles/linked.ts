import type { VisitorFacts } from 'prepaint/engine'

/** Times that a frequency cap may count. */
const MAX_TIMES = 10

type Facts = Required<VisitorFacts>

function added(one: Facts['events'], other: Facts['events']): Facts['events'] {
  const sum = new Map(Object.entries(one))
  for (const [name, count] of Object.entries(other)) sum.set(name, (sum.get(name) ?? 0) + count)
  return Object.fromEntries(sum)
}

function joined(one: Facts['shown'], other: Facts['shown']): Facts['shown'] {
  const all = new Map(Object.entries(one))
  for (const [experience, { count, recentMs }] of Object.entries(other)) {
    const known = all.get(experience) ?? { count: 0, recentMs: [] }
    const times = [...known.recentMs, ...recentMs].sort((a, b) => a - b).slice(-MAX_TIMES)
    all.set(experience, { count: known.count + count, recentMs: times })
  }
  return Object.fromEntries(all)
}

/**
 * What is known of a visitor who is a known user: what both did is added up. Where both say something, the user's
 * traits win, since they come from the brand's servers, and the visitor's variants, since this browser showed them.
 */
export function linkedFacts(visitor: Facts, user: Facts): Facts {
  return {
    traits: { ...visitor.traits, ...user.traits },
    events: added(visitor.events, user.events),
    pageViews: visitor.pageViews + user.pageViews,
    assignments: { ...user.assignments, ...visitor.assignments },
    shown: joined(visitor.shown, user.shown),
  }
}
