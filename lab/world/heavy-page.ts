import type { SiteAsset, SitePage } from '../network/site.ts'
import { brandPage } from './brand-page.ts'

const NODES = 3_000
const FOREIGN_BYTES = 1_000_000

const rows = Array.from({ length: NODES / 3 }, (_, index) => `<li><a href="#${index}">Row <b>${index}</b></a></li>`)

/** Turns every 50 ms, as long as the page lives. */
const carousel = `<ul class="carousel"><li>One</li><li>Two</li><li>Three</li></ul><script>
  setInterval(() => {
    const list = document.querySelector('.carousel')
    list.append(list.firstElementChild)
    list.style.transform = 'translateX(' + (Date.now() % 10) + 'px)'
  }, 50)
</script>`

/** Half of somebody else's script: functions to be parsed and compiled, each of them called once. */
const half = (() => {
  const one =
    'window.foreign=(window.foreign||0)+(function(a,b,c){var d=[a,b,c];return d.reduce(function(e,f){return e+f},0)})(1,2,3);\n'
  return one.repeat(Math.ceil(FOREIGN_BYTES / 2 / one.length))
})()

/** The heavy page's scripts. */
export function heavyAsset(path: string): SiteAsset | undefined {
  return /^\/foreign-[12]\.js$/.test(path) ? { body: half, type: 'text/javascript' } : undefined
}

/**
 * The lab's page as brands' pages are: 3,000 nodes more, a carousel above the slots, and 1 MB of script by others, half of
 * it in the parser's way.
 */
export function heavyPage(head: string): SitePage {
  const scripts = '<script src="/foreign-1.js"></script><script src="/foreign-2.js" async></script>'
  const { chunks } = brandPage(head + scripts)
  const html = chunks.map((chunk) => chunk.html).join('')
  return {
    chunks: [
      {
        html: html.replace('<h1', () => `${carousel}<h1`).replace('</main>', () => `<ul>${rows.join('')}</ul></main>`),
      },
    ],
  }
}
