import { html, nothing, render } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { first, words } from './words.mjs'

function view(state) {
  const say = words[state.language]
  if (!state.isHome) return html`<p class="away">Away</p>`
  return html`<div>
    ${state.hasBefore ? html`<p class="before">Before</p>` : nothing}
    <h1 class="headline" data-pp-slot="headline">${say.headline}</h1>
    <p class="teaser" data-pp-slot="teaser">
      ${say.teaser}${state.bold === 'before' ? html`<u>new-</u>` : nothing}${
        state.bold === 'none' ? nothing : state.bold === 'em' ? html`<em>${say.bold}</em>` : html`<b>${say.bold}</b>`
      }
    </p>
    <a class="call" href="#original" data-pp-slot="call">${say.call}</a>
    ${state.picture === 'img' ? html`<img class="picture" data-pp-slot="picture" src="/original.svg" alt="Original" />` : nothing}
    ${state.picture === 'div' ? html`<div class="no-picture">No picture</div>` : nothing}
    <ul>
      ${repeat(
        state.items,
        (item) => item,
        (item) => html`<li class=${item} data-pp-slot=${'item-' + item}>Original ${item}</li>`,
      )}
    </ul>
    <input class="input" />
  </div>`
}

export function mount(root) {
  let state = first
  const show = () => render(view(state), root)
  window.app = {
    set(patch) {
      state = { ...state, ...patch }
      show()
    },
  }
  show()
}
