// @vitest-environment jsdom
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { SlotElement } from '../../../src/client/bridge.ts'
import { swap as swapPlace } from '../../../src/client/swap.ts'
import { revert } from '../../../src/late/revert.ts'
import type { Operation } from '../../../src/protocol/index.ts'
import { configure } from '../../../src/sdk/configure.ts'

function place(html: string): HTMLElement {
  document.body.innerHTML = `<main>${html}<hr></main>`
  return document.querySelector('main')?.firstElementChild as HTMLElement
}

/** Carries operations out on an element; the list gets what `revert` undoes. */
function swap(element: HTMLElement, operations: Operation[], changes: SlotElement[], fail = vi.fn()): void {
  const slotElement = { slot: 'slot', _element: element, _isPainted: false }
  swapPlace(slotElement, operations, { _config: configure({ site: 'shop' }) }, fail)
  changes.push(slotElement)
}

/** Makes the parser appear to be still inside the body's last element. */
function setLoading(): void {
  vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading')
}

afterEach(() => {
  vi.restoreAllMocks()
})

test.each<[string, Operation[], string]>([
  ['text', [{ op: 'text', value: '<b>Spring</b>' }], '<h1 id="x"><i hidden="pp">one</i>&lt;b&gt;Spring&lt;/b&gt;</h1>'],
  ['HTML', [{ op: 'html', value: '<b>Spring</b>' }], '<h1 id="x"><i hidden="pp">one</i><b>Spring</b></h1>'],
  ['an attribute', [{ op: 'attribute', name: 'title', value: 'T' }], '<h1 id="x" title="T">Old <i>one</i></h1>'],
  ['a removed attribute', [{ op: 'attribute', name: 'id', value: null }], '<h1>Old <i>one</i></h1>'],
  ['a class', [{ op: 'class', name: 'c', on: true }], '<h1 id="x" class="c">Old <i>one</i></h1>'],
  ['a style', [{ op: 'style', name: 'color', value: 'red' }], '<h1 id="x" style="color: red;">Old <i>one</i></h1>'],
])('%s is changed in place, and back exactly', (_name, operations, expected) => {
  const slot = place('<h1 id="x">Old <i>one</i></h1>')
  const before = document.body.innerHTML
  const inner = slot.querySelector('i')
  const changes: SlotElement[] = []
  swap(slot, operations, changes)
  expect(slot.outerHTML).toBe(expected)
  revert(changes)
  expect(document.body.innerHTML).toBe(before)
  expect(document.querySelector('i')).toBe(inner)
})

test('the nodes of the page stay where they are, and what it writes into them stays when the variant goes', () => {
  const slot = place('<h1>Old <i>one</i><b hidden="">two</b></h1>')
  const [text, inner] = [slot.firstChild as Text, slot.querySelector('i')]
  const changes: SlotElement[] = []
  swap(slot, [{ op: 'html', value: 'New <u>one</u>' }], changes)
  expect([text.parentNode, inner?.parentNode, text.data]).toEqual([slot, slot, ''])
  text.data = 'Newer '
  revert(changes)
  expect(slot.outerHTML).toBe('<h1>Newer <i>one</i><b hidden="">two</b></h1>')
  expect(slot.firstChild).toBe(text)
})

test('while the parser is inside, nothing that it adds is written into the text of the variant', () => {
  document.body.innerHTML = '<main><h1 class="a">Ol</h1></main>'
  const slot = document.querySelector('h1') as HTMLElement
  setLoading()
  const changes: SlotElement[] = []
  swap(
    slot,
    [
      { op: 'attribute', name: 'title', value: 'T' },
      { op: 'text', value: 'New' },
    ],
    changes,
  )
  expect(document.body.innerHTML).toBe('<main><h1 class="a" title="T">New<!----></h1></main>')
  expect(slot.lastChild?.nodeType).toBe(Node.COMMENT_NODE)
  revert(changes)
  expect(document.body.innerHTML).toBe('<main><h1 class="a">Ol</h1></main>')
})

test('an empty class or style attribute of the page survives the way back, an absent one stays absent', () => {
  const operations: Operation[] = [
    { op: 'class', name: 'c', on: true },
    { op: 'style', name: 'color', value: 'red' },
  ]
  for (const html of ['<h1 class="" style="">A</h1>', '<h1>A</h1>']) {
    const changes: SlotElement[] = []
    swap(place(html), operations, changes)
    revert(changes)
    expect(document.querySelector('h1')?.outerHTML).toBe(html)
  }
})

test('the way back leaves alone what the page has changed since', () => {
  const slot = place('<h1 class="a" style="margin: 1px;">A</h1>')
  const changes: SlotElement[] = []
  swap(
    slot,
    [
      { op: 'class', name: 'c', on: true },
      { op: 'style', name: 'color', value: 'red' },
    ],
    changes,
  )
  slot.classList.add('active')
  slot.style.padding = '2px'
  revert(changes)
  expect(slot.outerHTML).toBe('<h1 class="a active" style="margin: 1px; padding: 2px;">A</h1>')
})

test.each([
  ['onclick', 'run()'],
  ['ONLOAD', 'run()'],
  ['srcdoc', '<b>'],
  ['formaction', '/elsewhere'],
  ['href', 'javascript:run()'],
  ['href', ' java\nscript:run()'],
])('an operation that would run code is not carried out, wherever it has come from: %s', (name, value) => {
  const html = '<a class="a" href="/">A</a>'
  const slot = place(html)
  const changes: SlotElement[] = []
  expect(() => {
    swap(
      slot,
      [
        { op: 'class', name: 'c', on: true },
        { op: 'attribute', name, value },
      ],
      changes,
    )
  }).toThrow(TypeError)
  expect(slot.outerHTML).toBe(html)
  expect(changes).toEqual([])
})

test('a link of the page that runs code may be changed, and get an address', () => {
  const slot = place('<a href="javascript:void(0)">A</a>')
  swap(
    slot,
    [
      { op: 'attribute', name: 'title', value: 'T' },
      { op: 'attribute', name: 'href', value: '/b' },
    ],
    [],
  )
  expect(slot.outerHTML).toBe('<a href="/b" title="T">A</a>')
})

test('a CSP that refuses our HTML leaves the slot as it was', () => {
  vi.stubGlobal('trustedTypes', {
    createPolicy: () => {
      throw new TypeError('refused')
    },
  })
  const slot = place('<h1>A</h1>')
  const changes: SlotElement[] = []
  expect(() => {
    swap(
      slot,
      [
        { op: 'html', value: '<b>x</b>' },
        { op: 'class', name: 'c', on: true },
      ],
      changes,
    )
  }).toThrow('refused')
  expect(slot.outerHTML).toBe('<h1>A</h1>')
  expect(changes).toEqual([])
  vi.unstubAllGlobals()
})

test('any sequence of operations is undone exactly', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const operation = fc.oneof(
    fc.record({ op: fc.constant('text' as const), value: fc.string() }),
    fc.record({
      op: fc.constant('attribute' as const),
      name: fc.constantFrom('title', 'href', 'alt'),
      value: fc.option(fc.string()),
    }),
    fc.record({ op: fc.constant('class' as const), name, on: fc.boolean() }),
    fc.record({
      op: fc.constant('style' as const),
      name: fc.constantFrom('color', 'margin-top'),
      value: fc.constantFrom('red', '3px'),
    }),
  )
  const original = fc.constantFrom(
    '<h1>A</h1>',
    '<h1 class="a b" style="color: blue !important; margin-top: 1px;" title="t">A<i>B</i></h1>',
  )
  fc.assert(
    fc.property(original, fc.array(operation, { maxLength: 6 }), fc.boolean(), (html, operations, isOpen) => {
      const slot = place(html)
      if (isOpen) {
        slot.nextSibling?.remove()
        setLoading()
      }
      const before = document.body.innerHTML
      const changes: SlotElement[] = []
      swap(slot, operations, changes)
      revert(changes)
      vi.restoreAllMocks()
      expect(document.body.innerHTML).toBe(before)
    }),
  )
})
