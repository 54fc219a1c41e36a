import type { SiteAsset, SitePage } from '../network/site.ts'
import type { Probe } from '../sampler/frame-log.ts'

/** The slots of the lab's page as the brand made them; every personal content is another one. */
export const probes: Probe[] = [
  {
    slot: 'headline',
    selector: '.headline',
    kind: 'text',
    original: 'Original headline that the parser receives in two pieces',
  },
  { slot: 'teaser', selector: '.teaser', kind: 'text', original: 'Original teaser' },
  { slot: 'call', selector: '.call', kind: 'text', original: 'Original call' },
  { slot: 'picture', selector: '.picture', kind: 'src', original: '/original.svg' },
  { slot: 'banner', selector: '.banner', kind: 'background', original: '/original.svg' },
]

/** Content of each slot for a new visitor, as the sampler signs it. */
export const personal: { [slot: string]: string } = {
  headline: 'Personal headline',
  teaser: 'Personal teaser text',
  call: 'Personal call',
  picture: '/personal.svg',
  banner: '/personal.svg',
}

const css = `
  body { margin: 0; font: 16px/1.4 sans-serif }
  .headline { height: 2.8em; font-size: 32px; margin: 8px }
  .teaser, .call { display: block; height: 1.4em; margin: 8px }
  .picture { display: block; width: 200px; height: 100px }
  .banner { height: 100px; background-image: url(/original.svg) }
  .personal { color: #062 }
`

/** As heavy as a picture: Chromium leaves those with less than 0.05 bits a pixel out of the largest contentful paint. */
function square(color: string): string {
  const weight = `<!--${'picture '.repeat(256)}-->`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="200" height="100" fill="${color}"/>${weight}</svg>`
}

const assets: { [path: string]: SiteAsset } = {
  '/style.css': { body: css, type: 'text/css' },
  '/original.svg': { body: square('red'), type: 'image/svg+xml' },
  '/personal.svg': { body: square('green'), type: 'image/svg+xml' },
}

/** The page's style sheet and pictures. */
export function brandAsset(path: string): SiteAsset | undefined {
  return assets[path]
}

const cards = Array.from(
  { length: 150 },
  (_, index) => `<article><h2>Card ${index}</h2><p>Some words of card ${index}.</p></article>`,
)

/**
 * A page with every kind of slot and 150 cards, whose headline is cut in two by the network.
 * @param head goes first into the head.
 * @param gapMs how long the second piece waits.
 */
export function brandPage(head: string, gapMs = 0): SitePage {
  return {
    chunks: [
      {
        html: `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}
          <title>Brand</title><link rel="stylesheet" href="/style.css"></head>
          <body><nav>Brand, shop, help</nav><h1 class="headline" data-pp-slot="headline">Original headline that`,
      },
      {
        delayMs: gapMs,
        html: ` the parser receives in two pieces</h1>
          <p class="teaser" data-pp-slot="teaser">Original teaser</p>
          <a class="call" data-pp-slot="call" href="#original">Original call</a>
          <img class="picture" data-pp-slot="picture" src="/original.svg" alt="Original">
          <div class="banner"></div>
          <main>${cards.join('\n')}</main></body></html>`,
      },
    ],
  }
}
