import Alpine from 'alpinejs'
import { first, words } from './words.mjs'

const html = `<div x-data="page">
  <template x-if="!isHome"><p class="away">Away</p></template>
  <template x-if="isHome"><div>
    <template x-if="hasBefore"><p class="before">Before</p></template>
    <h1 class="headline" data-pp-slot="headline" x-text="say.headline"></h1>
    <p class="teaser" data-pp-slot="teaser"><span x-text="say.teaser"></span><template x-if="bold === 'before'"><u>new-</u></template><template x-if="bold === 'em'"><em x-text="say.bold"></em></template><template x-if="bold === 'b' || bold === 'before'"><b x-text="say.bold"></b></template></p>
    <a class="call" href="#original" data-pp-slot="call" x-text="say.call"></a>
    <template x-if="picture === 'img'"><img class="picture" data-pp-slot="picture" src="/original.svg" alt="Original"></template>
    <template x-if="picture === 'div'"><div class="no-picture">No picture</div></template>
    <ul><template x-for="item in items" :key="item"><li :class="item" :data-pp-slot="'item-' + item" x-text="'Original ' + item"></li></template></ul>
    <input class="input">
  </div></template>
</div>`

export function mount(root) {
  root.innerHTML = html
  Alpine.data('page', () => ({
    ...first,
    init() {
      window.app = { set: (patch) => Object.assign(this, patch) }
    },
    get say() {
      return words[this.language]
    },
  }))
  Alpine.start()
}
