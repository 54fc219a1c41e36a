// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answerOf, goTo, keep, loadLate, pass, setUp, start, tearDown } from './page-view.ts'

const SLOT = '<h1 data-pp-slot="hero">Original</h1>'

beforeEach(() => {
  setUp()
  keep(answerOf({ operations: [{ op: 'text', value: 'Personal' }] }))
})
afterEach(tearDown)

/** Adds a component to the page. */
function add(to: ParentNode = document.body): HTMLElement {
  const host = document.createElement('x-card')
  to.append(host)
  return host
}

/** Gives a component its root, with a slot in it. */
function fill(host: HTMLElement, html = SLOT): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' })
  root.innerHTML = html
  return root
}

const seenIn = (root: ParentNode): string | null =>
  (root.querySelector('[data-pp-slot]') as HTMLElement).innerText ?? root.textContent

test.each(['before it is added', 'in the same task', 'in a later task'])(
  'a component that fills its root %s is personal before the next frame',
  async (when) => {
    start()
    const host = document.createElement('x-card')
    if (when === 'before it is added') fill(host)
    document.body.append(host)
    if (when === 'in the same task') fill(host)
    await pass()
    if (when === 'in a later task') {
      fill(host)
      add()
      await pass()
    }
    expect(seenIn(host.shadowRoot as ShadowRoot)).toBe('Personal')
  },
)

test('a slot in a root within a root is found', async () => {
  start()
  const inner = add(fill(add(), '<div></div>').querySelector('div') as HTMLElement)
  fill(inner)
  await pass()
  expect(seenIn(inner.shadowRoot as ShadowRoot)).toBe('Personal')
})

test('what comes into a known root later is found, and `observe` makes a closed one known', async () => {
  const bridge = start()
  const root = add().attachShadow({ mode: 'closed' })
  bridge._client['observe']?.(root as never)
  bridge._client['observe']?.(root as never)
  expect(bridge._roots).toEqual([document, root])
  root.innerHTML = SLOT
  await pass()
  expect(seenIn(root)).toBe('Personal')
})

test.each([null, {}, 'root', document.createTextNode('root')])('`observe(%j)` changes nothing', async (junk) => {
  const bridge = start()
  expect(() => bridge._client['observe']?.(junk as never)).not.toThrow()
  fill(add())
  await pass()
  expect(bridge._roots).toHaveLength(2)
})

test('nobody looks for roots once the late chunk is loaded', async () => {
  const bridge = start()
  const host = add()
  await pass(1_000)
  expect(loadLate).toHaveBeenCalled()
  fill(host)
  add()
  await pass()
  expect(seenIn(host.shadowRoot as ShadowRoot)).toBe('Original')
  expect(bridge._roots).toEqual([document])
})

test('a root that has left the page is forgotten by the next view', async () => {
  const bridge = start()
  const host = add()
  fill(host)
  await pass()
  expect(bridge._roots).toEqual([document, host.shadowRoot])
  host.remove()
  goTo('/other')
  await pass()
  expect(bridge._roots).toEqual([document])
})

test('each callback looks once at each component that has no root, however many come', async () => {
  start()
  const reads = vi.spyOn(Element.prototype, 'shadowRoot', 'get')
  for (let count = 0; count < 500; count++) add()
  await pass()
  // When it comes, and once among those that wait.
  expect(reads.mock.calls.length).toBeLessThanOrEqual(1_000)
})
