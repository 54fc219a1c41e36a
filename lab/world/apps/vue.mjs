import { createApp, createSSRApp, h, reactive } from 'vue'
import { first, words } from './words.mjs'

export const App = {
  setup() {
    const state = reactive({ ...first })
    if (typeof window === 'object') window.app = { set: (patch) => Object.assign(state, patch) }
    return () => {
      const say = words[state.language]
      if (!state.isHome) return h('p', { class: 'away' }, 'Away')
      return h('div', [
        state.hasBefore ? h('p', { class: 'before' }, 'Before') : null,
        h('h1', { class: 'headline', 'data-pp-slot': 'headline' }, say.headline),
        h('p', { class: 'teaser', 'data-pp-slot': 'teaser' }, [
          say.teaser,
          state.bold === 'before' ? h('u', 'new-') : null,
          state.bold === 'none' ? null : state.bold === 'em' ? h('em', say.bold) : h('b', say.bold),
        ]),
        h('a', { class: 'call', href: '#original', 'data-pp-slot': 'call' }, say.call),
        state.picture === 'img'
          ? h('img', { class: 'picture', 'data-pp-slot': 'picture', src: '/original.svg', alt: 'Original' })
          : null,
        state.picture === 'div' ? h('div', { class: 'no-picture' }, 'No picture') : null,
        h(
          'ul',
          state.items.map((item) =>
            h('li', { key: item, class: item, 'data-pp-slot': 'item-' + item }, 'Original ' + item),
          ),
        ),
        h('input', { class: 'input' }),
      ])
    }
  },
}

/** The same slots as the framework does not look into when it hydrates. */
export const Prepared = {
  setup() {
    const say = words[first.language]
    const slot = (name, innerHTML, href) =>
      h(name === 'call' ? 'a' : 'p', { class: name, 'data-pp-slot': name, href, innerHTML, 'data-allow-mismatch': '' })
    if (typeof window === 'object') window.app = {}
    return () =>
      h('div', [
        slot('headline', say.headline),
        slot('teaser', say.teaser + '<b>' + say.bold + '</b>'),
        slot('call', say.call, '#original'),
        h('input', { class: 'input' }),
      ])
  },
}

export const mount = (root) => createApp(App).mount(root)
export const hydrate = (root, app = App) => createSSRApp(app).mount(root)
