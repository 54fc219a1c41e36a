import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cue } from '../../../src/protocol/index.ts'
import { createCues } from '../../../src/tv/cues.ts'

const cue = (fromMs: number, more: Partial<Cue> = {}): Cue => ({ slot: 'hero', reason: 'match', fromMs, ...more })
const nothing = (): boolean => false

test('each cue comes once, at its time or at the first look after it, whatever the order in the plan', () => {
  const times = fc.array(fc.nat(1_000), { maxLength: 8 })
  const looks = fc.array(fc.nat(1_200), { maxLength: 12 })
  fc.assert(
    fc.property(times, looks, (fromMs, atMs) => {
      const cues = createCues()
      cues._take(fromMs.map((ms, index) => cue(ms, { slot: `s${index}` })))
      let seen = 0
      for (const nowMs of atMs.sort((a, b) => a - b)) {
        const due = cues._due(nowMs, nothing)
        expect(due.every((one) => one.fromMs <= nowMs)).toBe(true)
        seen += due.length
        expect(seen).toBe(fromMs.filter((ms) => ms <= nowMs).length)
        expect(cues._nextMs()).toBe(Math.min(Infinity, ...fromMs.filter((ms) => ms > nowMs)))
      }
    }),
  )
})

test('an event that a cue names cancels it, unless it ends something', () => {
  const cues = createCues()
  const bought = cue(1, { content: 'c', events: ['Order Completed'] })
  const ended = cue(2, { events: ['Order Completed'] })
  cues._take([bought, cue(1, { slot: 'other', content: 'd', events: ['Other'] }), ended])
  const due = cues._due(2, (event) => event === 'Order Completed')
  expect(due.map(({ content }) => content)).toEqual(['d', undefined])
})

test('of the cues of a slot that have passed the last counts', () => {
  const cues = createCues()
  cues._take([cue(1, { content: 'a' }), cue(2, { slot: 'other' }), cue(3, { content: 'b' }), cue(9)])
  expect(cues._due(5, nothing).map(({ slot, content }) => [slot, content])).toEqual([
    ['other', undefined],
    ['hero', 'b'],
  ])
})

test('a plan takes the place of the one before', () => {
  const cues = createCues()
  cues._take([cue(1)])
  cues._take([cue(2)])
  expect(cues._due(3, nothing).map(({ fromMs }) => fromMs)).toEqual([2])
})
