// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { scan } from '../../../src/client/slots.ts'

const HTML = 'http://www.w3.org/1999/xhtml'
const SVG = 'http://www.w3.org/2000/svg'

/** Returns the slots that are found if a catalog's selector names this element. */
function metAt(element: Element): string[] {
  element.id = 'chosen'
  document.body.replaceChildren(element)
  const bridge = {
    _view: { _foundSlots: [], _pendingSlots: [], _budgetMs: 0 },
    _record: {},
    _roots: [document],
    _config: { slots: { chosen: '#chosen' } },
  } as unknown as Bridge
  scan(bridge, false)
  return bridge._view._foundSlots.map(({ slot }) => slot)
}

test.each([
  ...['base', 'link', 'object', 'embed', 'iframe', 'frame', 'script', 'style'].map((name) => [HTML, name]),
  ...['script', 'style'].map((name) => [SVG, name]),
])('an element that runs or loads code is no slot, whatever a selector names: %s %s', (namespace, name) => {
  expect(metAt(document.createElementNS(namespace, name))).toEqual([])
})

test.each(['h1', 'img', 'a', 'meta', 'link-card', 'style-guide', 'my-object'])('%s is a slot', (name) => {
  expect(metAt(document.createElement(name))).toEqual(['chosen'])
})
