// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Cue } from '../../../src/protocol/index.ts'
import { append, FakeRequest, insert, pass, setUp, tearDown } from '../client/page-view.ts'
import { answerWith, assigned, cue, openTv, planOf, respondContent, said, says, show, stubHeights } from './tv-page.ts'

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

/** A page whose slot is going to say “Spot” after 1 s, unless other cues are given. */
async function openWithCue(...more: Cue[]) {
  const page = await openTv(answerWith(planOf([cue(1_000, { content: 'spot' }), ...more])))
  await respondContent(says('Spot'))
  return page
}

test('a variant of another height is undone in the same task, and refused with the sizes', async () => {
  stubHeights((text) => (text === 'Spot' ? 44 : 22))
  const { bridge, hero } = await openWithCue()
  const seen: string[] = []
  const observer = new MutationObserver(() => seen.push(said(hero)))
  observer.observe(hero, { childList: true, subtree: true, attributes: true, characterData: true })
  await pass(1_000)
  observer.disconnect()
  expect(new Set(seen)).toEqual(new Set(['Original']))
  expect(hero.outerHTML).toBe('<h1 data-pp-slot="hero">Original</h1>')
  expect(await assigned(bridge)).toEqual([['a', 'failed', 'size']])
  const refused = bridge._pendingEvents.find((event) => event.type === 'track' && event.event === 'pp:refused')
  expect(refused).toMatchObject({ properties: { slot: 'hero', before: [22], after: [44] } })
})

test('what is wholly below the viewport may have another height', async () => {
  stubHeights((text) => (text === 'Spot' ? 44 : 22), innerHeight)
  const { hero } = await openWithCue()
  await pass(1_000)
  expect(said(hero)).toBe('Spot')
})

test('a refused variant leaves the one before, and what comes later shows that one, too', async () => {
  stubHeights((text) => (text === 'Spot' ? 44 : 22))
  const plan = planOf([cue(1_000, { content: 'first' }), cue(40_000, { content: 'spot', variant: 'b' })])
  const { hero } = await openTv(answerWith(plan))
  await respondContent(says('Spot'))
  await pass(40_000)
  expect(said(hero)).toBe('Original')
  const later = await insert()
  expect(said(later)).toBe('Original')
})

const uses: [what: string, begin: (hero: HTMLElement) => void, end: (hero: HTMLElement) => void][] = [
  [
    'focus',
    (hero) => {
      hero.tabIndex = 0
      hero.focus()
    },
    (hero) => {
      hero.blur()
    },
  ],
  [
    'a selection',
    (hero) => {
      getSelection()?.selectAllChildren(hero)
    },
    () => {
      getSelection()?.removeAllRanges()
    },
  ],
  [
    'the pointer',
    (hero) => {
      vi.spyOn(Element.prototype, 'matches').mockImplementation(function (this: Element, selector: string) {
        return this === hero && selector.includes(':hover')
      })
    },
    () => {
      vi.restoreAllMocks()
      show()
    },
  ],
]

test.each(uses)('a slot with %s inside stays as it is until that ends', async (_what, begin, end) => {
  const { bridge, hero } = await openWithCue()
  begin(hero)
  await pass(9_000)
  expect(said(hero)).toBe('Original')
  expect(await assigned(bridge)).toEqual([])
  end(hero)
  await pass(250)
  expect(said(hero)).toBe('Spot')
  expect(await assigned(bridge)).toEqual([['a', 'shown']])
})

test('a cue that had to wait for the visitor until the next one is late', async () => {
  const { bridge, hero } = await openWithCue(cue(9_000, { reason: 'control', variant: 'b' }))
  hero.tabIndex = 0
  hero.focus()
  await pass(9_000)
  hero.blur()
  await pass(250)
  expect(said(hero)).toBe('Original')
  expect(await assigned(bridge)).toEqual([
    ['a', 'late'],
    ['b', 'control'],
  ])
})

test('30 s lie between two swaps; the end of a variant does not wait', async () => {
  const ends = cue(2_000, { reason: 'control' })
  const { hero } = await openTv(
    answerWith(planOf([cue(1_000, { content: 'x' }), ends, cue(3_000, { content: 'y', variant: 'b' })])),
  )
  await respondAll({ x: 'First', y: 'Second' })
  await pass(1_000)
  expect(said(hero)).toBe('First')
  await pass(1_000)
  expect(said(hero)).toBe('Original')
  await pass(29_999)
  expect(said(hero)).toBe('Original')
  await pass(251)
  expect(said(hero)).toBe('Second')
})

test('a slot is given three variants in a view, and its own content still comes back', async () => {
  const minutes = [1, 2, 3, 4].map((minute) => cue(minute * 60_000, { content: `c${minute}`, variant: `v${minute}` }))
  const { bridge, hero } = await openTv(
    answerWith(planOf([...minutes, cue(300_000, { reason: 'control', variant: 'end' })])),
  )
  await respondAll({ c1: 'One', c2: 'Two', c3: 'Three', c4: 'Four' })
  await pass(240_000)
  expect(said(hero)).toBe('Three')
  await pass(60_000)
  expect(said(hero)).toBe('Original')
  const outcomes = (await assigned(bridge)).map((one) => (one as string[]).slice(0, 2).join(' '))
  expect(outcomes).toEqual(['v1 shown', 'v2 shown', 'v3 shown', 'v4 failed', 'end control'])
})

test.each([
  ['in view', 0, 'Second', ['a', 'failed', 'limit']],
  ['out of view', 5_000, 'First', ['a', 'shown']],
] as const)('a slot that is %s and is to go back to what it showed', async (_what, top, expected, outcome) => {
  stubHeights(() => 22, top)
  const cues = [
    cue(1_000, { content: 'x' }),
    cue(60_000, { content: 'y', variant: 'b' }),
    cue(120_000, { content: 'x' }),
  ]
  const { bridge, hero } = await openTv(answerWith(planOf(cues)))
  await respondAll({ x: 'First', y: 'Second' })
  await pass(120_000)
  expect(said(hero)).toBe(expected)
  expect((await assigned(bridge)).at(-1)).toEqual(outcome)
})

test('what comes into the page while a cue is in force shows it from its first frame, and what it replaces goes exactly', async () => {
  const { hero } = await openWithCue(cue(50_000, { reason: 'no-match' }))
  await pass(1_000)
  hero.remove()
  const later = append()
  await pass()
  expect(said(later)).toBe('Spot')
  await pass(49_000)
  expect(later.outerHTML).toBe('<h1 data-pp-slot="hero">Original</h1>')
})

test('a slot that is read out as it changes stays so: its aria-live is there before, during and after a variant', async () => {
  const { hero } = await openWithCue(cue(40_000, { reason: 'no-match' }))
  hero.setAttribute('aria-live', 'polite')
  const seen: string[] = []
  for (const ms of [0, 1_000, 39_000]) {
    await pass(ms)
    seen.push(`${said(hero)}: ${hero.getAttribute('aria-live')}`)
  }
  expect(seen).toEqual(['Original: polite', 'Spot: polite', 'Original: polite'])
})

test('attributes, classes and styles of a variant go with it, to the letter', async () => {
  const plan = planOf([cue(1_000, { content: 'x' }), cue(2_000, { reason: 'no-match' })])
  const { hero } = await openTv(answerWith(plan))
  await respondContent([
    { op: 'class', name: 'tv', on: true },
    { op: 'style', name: 'color', value: 'red' },
    { op: 'attribute', name: 'title', value: 'Seen' },
    { op: 'html', value: '<b>Spot</b>' },
  ])
  await pass(1_000)
  expect(hero.outerHTML).toContain('class="tv" style="color: red;" title="Seen"')
  await pass(1_000)
  expect(hero.outerHTML).toBe('<h1 data-pp-slot="hero">Original</h1>')
})

test('the events that a cue causes leave together within 30 s, or as the page ends', async () => {
  let dice = 0.5
  const { bridge } = await openTv(answerWith(planOf([cue(1_000, { content: 'x' })])), { random: () => dice })
  await respondContent(says('Spot'))
  bridge._pendingEvents = []
  await pass(1_000)
  const names = (): string[] =>
    bridge._pendingEvents.map((event) => (event.type === 'track' ? event.event : event.type))
  bridge._client['track']?.(...(['pp:seen', { slot: 'hero' }] as never[]))
  bridge._client['track']?.(...(['Opened'] as never[]))
  expect(names()).toEqual(['Opened'])
  await pass(14_999)
  expect(names()).toEqual(['Opened'])
  await pass(1)
  expect(names()).toEqual(['Opened', 'pp:assigned', 'pp:seen'])
  dice = 1
  bridge._client['track']?.(...(['pp:seen', { slot: 'hero' }] as never[]))
  expect(names()).toHaveLength(3)
  show(false)
  expect(names()).toHaveLength(4)
})

/** Answers each content that was asked for. */
async function respondAll(texts: { [content: string]: string }): Promise<void> {
  for (const request of FakeRequest.sent.filter(({ address }) => address.includes('/v1/content/'))) {
    request.response = { operations: says(texts[request.address.split('/').pop() ?? ''] ?? '') }
    request.onloadend()
  }
  await pass()
}
