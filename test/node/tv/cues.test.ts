import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cue } from '../../../src/protocol/index.ts'
import { splitCues } from '../../../src/tv/cues.ts'

const cue = (fromMs: number, more: Partial<Cue> = {}): Cue => ({ slot: 'hero', reason: 'match', fromMs, ...more })
const nothing = (): boolean => false

test('each cue comes once, at its time or at the first look after it', () => {
  const times = fc.array(fc.nat(1_000), { maxLength: 8 })
  const looks = fc.array(fc.nat(1_200), { maxLength: 12 })
  fc.assert(
    fc.property(times, looks, (fromMs, atMs) => {
      const sorted = fromMs.sort((a, b) => a - b)
      let coming = sorted.map((ms, index) => cue(ms, { slot: `s${index}` }))
      let seen = 0
      for (const nowMs of atMs.sort((a, b) => a - b)) {
        const [due, rest] = splitCues(coming, nowMs, nothing)
        coming = rest
        expect(due.every((one) => one.fromMs <= nowMs)).toBe(true)
        seen += due.length
        expect(seen).toBe(fromMs.filter((ms) => ms <= nowMs).length)
        expect(coming[0]?.fromMs).toBe(sorted.find((ms) => ms > nowMs))
      }
    }),
  )
})

test('an event that a cue names cancels it, unless it ends something', () => {
  const cues = [
    cue(1, { content: 'c', events: ['Order Completed'] }),
    cue(1, { slot: 'other', content: 'd', events: ['Other'] }),
    cue(2, { events: ['Order Completed'] }),
  ]
  const [due] = splitCues(cues, 2, (event) => event === 'Order Completed')
  expect(due.map(({ content }) => content)).toEqual(['d', undefined])
})

test('of the cues of a slot that have passed the last counts', () => {
  const cues = [cue(1, { content: 'a' }), cue(2, { slot: 'other' }), cue(3, { content: 'b' }), cue(9)]
  const [due, coming] = splitCues(cues, 5, nothing)
  expect(due.map(({ slot, content }) => [slot, content])).toEqual([
    ['other', undefined],
    ['hero', 'b'],
  ])
  expect(coming).toEqual([cue(9)])
})
