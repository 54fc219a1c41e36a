// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { keepAttributes } from '../../../src/late/keep-attributes.ts'
import { serve } from '../../../src/late/serve.ts'
import type { Operation } from '../../../src/protocol/index.ts'
import { answerOf, insert, keep, pass, respond, setUp, start, tearDown } from '../client/page-view.ts'

const look: Operation[] = [
  { op: 'class', name: 'personal', on: true },
  { op: 'style', name: 'color', value: 'green' },
  { op: 'attribute', name: 'title', value: 'Personal' },
]

/** As the page has it, or as the variant makes it. */
const lookOf = ({ className, style, title }: HTMLElement): string[] => [className, style.color, title]
const original = ['', '', '']
const personal = ['personal', 'green', 'Personal']

let enders: (() => void)[] = []

beforeEach(() => {
  setUp()
})
afterEach(() => {
  for (const end of enders.splice(0)) end()
  tearDown()
})

/** Starts what looks after attributes. */
function watch(bridge: Bridge): void {
  const served = serve(bridge)
  keepAttributes(bridge, served, vi.fn())
  enders = served._enders
}

/** Renders the element as the page has it. */
async function renderAway(element: HTMLElement): Promise<void> {
  element.className = ''
  element.style.color = ''
  element.removeAttribute('title')
  expect(lookOf(element)).toEqual(original)
  await pass()
}

test('a slot that showed its variant before is looked after', async () => {
  keep(answerOf({ operations: look }))
  const bridge = start()
  const element = await insert()
  watch(bridge)
  await renderAway(element)
  expect(lookOf(element)).toEqual(personal)
})

test('a slot that comes later is looked after', async () => {
  keep(answerOf({ operations: look }))
  const bridge = start()
  watch(bridge)
  const element = await insert()
  await renderAway(element)
  expect(lookOf(element)).toEqual(personal)
})

test('a slot that has waited for an answer is looked after', async () => {
  const bridge = start()
  watch(bridge)
  const element = await insert()
  respond(bridge, answerOf({ operations: look }))
  expect(lookOf(element)).toEqual(personal)
  await renderAway(element)
  expect(lookOf(element)).toEqual(personal)
})

test('what the page sets instead stays, and so do the other elements', async () => {
  keep(answerOf({ operations: look }))
  const bridge = start()
  const element = await insert()
  watch(bridge)
  element.title = 'Another'
  document.body.title = 'Page'
  await pass()
  expect([element.title, document.body.title]).toEqual(['Another', 'Page'])
})

test('no attribute is observed but those of slots: pages write styles in each frame', async () => {
  const observe = vi.spyOn(MutationObserver.prototype, 'observe')
  keep(answerOf({ operations: look }))
  const bridge = start()
  const element = await insert()
  watch(bridge)
  const watched = observe.mock.calls.filter(([, options]) => options?.attributes)
  expect(watched.length).toBeGreaterThan(0)
  for (const [target, options] of watched) expect([target, options?.subtree]).toEqual([element, undefined])
})
