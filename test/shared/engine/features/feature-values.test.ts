import { expect, test } from 'vitest'
import {
  compile,
  compileFeatures,
  declareFeature,
  type FeatureStates,
  featureValues,
} from '../../../../src/engine/index.ts'

const DAY_MS = 86_400_000
const AT = Date.parse('2026-03-01T00:00:00Z')

const features = {
  looked: declareFeature({ kind: 'count', event: 'Viewed', within: '7d' }, ['features', 'looked']),
  since: declareFeature({ kind: 'since', event: 'Ordered' }, ['features', 'since']),
  unread: declareFeature({ kind: 'ever', event: 'Left' }, ['features', 'unread']),
}
const compiled = compile({
  version: '1',
  site: 'shop',
  slots: [],
  features,
  audiences: {
    lookers: { 'features.looked': { $gte: 1 } },
    lapsed: { 'features.since': { $gt: 60 } },
    loyal: { $did: { event: 'Ordered', within: '30d', atLeast: 2 } },
  },
  experiences: [],
})

function of(states: FeatureStates, nowMs: number) {
  const visitor = { traits: {}, events: {}, pageViews: 0, features: states }
  const values = featureValues(compiled, { visitor, nowMs })
  return Object.fromEntries(
    values.map(({ path, isKnown, value, changesAtMs }) => [path.join(' '), [isKnown, value, changesAtMs]]),
  )
}

function folded(name: string, atMs: number): FeatureStates {
  const all = compileFeatures(compiled.features.map(({ feature }) => feature))
  return all.fold({}, { name, atMs, hash: '0badcafe0bad', properties: {} })
}

test('a visitor without events has the value of each feature that is of no event', () => {
  expect(of({}, AT)).toEqual({
    'features looked': [true, 0, undefined],
    'features since': [true, undefined, undefined],
    'features unread': [true, false, undefined],
    'audiences loyal $did': [true, 0, undefined],
  })
})

test('a value says when time alone may change it: an event leaves its window, or seconds pass what a condition compares', () => {
  expect(of(folded('Viewed', AT), AT + 1_000)['features looked']).toEqual([true, 1, AT + 7 * DAY_MS])
  const ordered = of(folded('Ordered', AT), AT + 5_000)
  expect(ordered['features since']).toEqual([true, 5, AT + 60_000])
  expect(ordered['audiences loyal $did']).toEqual([true, 1, AT + 30 * DAY_MS])
  expect(of(folded('Ordered', AT), AT + 100_000)['features since']).toEqual([true, 100, undefined])
})

test('a feature whose state is not known has no value, and of nobody all are unknown', () => {
  const id = features.looked.id
  expect(of({ [id]: null }, AT)['features looked']).toEqual([false, undefined, undefined])
  expect(of({ [id]: null }, AT)['features unread']).toEqual([true, false, undefined])
  expect(featureValues(compiled, { nowMs: AT }).map(({ isKnown }) => isKnown)).toEqual([false, false, false, false])
})
