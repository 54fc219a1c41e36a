import { first, words } from './words.mjs'

/**
 * Makes the components of React and Preact, which are the same.
 * @param h makes an element
 * @param useState the hook
 * @param unchecked the properties of an element that is not looked into when it is hydrated
 */
export function createComponents(h, useState, unchecked) {
  function App() {
    const [state, set] = useState(first)
    if (typeof window === 'object') window.app = { set: (patch) => set((now) => ({ ...now, ...patch })) }
    const say = words[state.language]
    if (!state.isHome) return h('p', { className: 'away' }, 'Away')
    return h(
      'div',
      null,
      state.hasBefore ? h('p', { className: 'before' }, 'Before') : null,
      h('h1', { className: 'headline', 'data-pp-slot': 'headline' }, say.headline),
      h(
        'p',
        { className: 'teaser', 'data-pp-slot': 'teaser' },
        say.teaser,
        state.bold === 'before' ? h('u', null, 'new-') : null,
        state.bold === 'none' ? null : state.bold === 'em' ? h('em', null, say.bold) : h('b', null, say.bold),
      ),
      h('a', { className: 'call', href: '#original', 'data-pp-slot': 'call' }, say.call),
      state.picture === 'img'
        ? h('img', { className: 'picture', 'data-pp-slot': 'picture', src: '/original.svg', alt: 'Original' })
        : null,
      state.picture === 'div' ? h('div', { className: 'no-picture' }, 'No picture') : null,
      h(
        'ul',
        null,
        state.items.map((item) =>
          h('li', { key: item, className: item, 'data-pp-slot': 'item-' + item }, 'Original ' + item),
        ),
      ),
      h('input', { className: 'input' }),
    )
  }

  /** The same slots as a framework does not look into when it hydrates. */
  function Prepared() {
    const say = words[first.language]
    const slot = (name, className, html) =>
      h(name === 'call' ? 'a' : 'p', {
        ...{ key: name, className, 'data-pp-slot': name, href: name === 'call' ? '#original' : undefined },
        ...{ ...unchecked, dangerouslySetInnerHTML: { __html: html } },
      })
    if (typeof window === 'object') window.app = {}
    return h('div', null, [
      slot('headline', 'headline', say.headline),
      slot('teaser', 'teaser', say.teaser + '<b>' + say.bold + '</b>'),
      slot('call', 'call', say.call),
      h('input', { key: 'input', className: 'input' }),
    ])
  }

  return { App, Prepared }
}
