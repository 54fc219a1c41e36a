import { h, hydrate as revive, render } from 'preact'
import { useState } from 'preact/hooks'
import { first, words } from './words.mjs'

export function App() {
  const [state, set] = useState(first)
  if (typeof window === 'object') window.app = { set: (patch) => set((now) => ({ ...now, ...patch })) }
  const say = words[state.language]
  if (!state.isHome) return h('p', { class: 'away' }, 'Away')
  return h(
    'div',
    null,
    state.hasBefore ? h('p', { class: 'before' }, 'Before') : null,
    h('h1', { class: 'headline', 'data-pp-slot': 'headline' }, say.headline),
    h(
      'p',
      { class: 'teaser', 'data-pp-slot': 'teaser' },
      say.teaser,
      state.bold === 'before' ? h('u', null, 'new-') : null,
      state.bold === 'none' ? null : state.bold === 'em' ? h('em', null, say.bold) : h('b', null, say.bold),
    ),
    h('a', { class: 'call', href: '#original', 'data-pp-slot': 'call' }, say.call),
    state.picture === 'img'
      ? h('img', { class: 'picture', 'data-pp-slot': 'picture', src: '/original.svg', alt: 'Original' })
      : null,
    state.picture === 'div' ? h('div', { class: 'no-picture' }, 'No picture') : null,
    h(
      'ul',
      null,
      state.items.map((item) =>
        h('li', { key: item, class: item, 'data-pp-slot': 'item-' + item }, 'Original ' + item),
      ),
    ),
    h('input', { class: 'input' }),
  )
}

/** The same slots as a framework does not look into when it hydrates. */
export function Prepared() {
  const say = words[first.language]
  const slot = (name, className, html) =>
    h(name === 'call' ? 'a' : 'p', {
      ...{ key: name, class: className, 'data-pp-slot': name, href: name === 'call' ? '#original' : undefined },
      ...{ dangerouslySetInnerHTML: { __html: html } },
    })
  if (typeof window === 'object') window.app = {}
  return h('div', null, [
    slot('headline', 'headline', say.headline),
    slot('teaser', 'teaser', say.teaser + '<b>' + say.bold + '</b>'),
    slot('call', 'call', say.call),
    h('input', { key: 'input', class: 'input' }),
  ])
}

export const mount = (root) => render(h(App), root)
export const hydrate = (root, app = App) => revive(h(app), root)
