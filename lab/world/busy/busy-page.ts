import type { SitePage } from '../../network/site.ts'

/** Slots of the page, as its catalog has them. */
export const SLOTS = 20

const NODES = 5_000

/** Elements, and their texts. */
const NODES_PER_CARD = 10

const CARDS = NODES / NODES_PER_CARD

/** Elements that move in each frame, as those of sliders and of scrolled headers do. */
const MOVED = 60

/** Five elements and five texts. */
function card(index: number): string {
  const every = CARDS / SLOTS
  const slot = index % every === 0 ? ` data-pp-slot="s${index / every}"` : ''
  return `<div class="card"><h3>Title<br></h3><p${slot}>Original ${index}</p><p>Text <b>bold</b> more</p></div>`
}

/** Sets a style of each moved element; resolves when all observers of the page have run, with the time that this took, in ms. */
const script = `const moved = [...document.querySelectorAll('.card')].filter((_card, index) => index % ${Math.floor(CARDS / MOVED)} === 0).slice(0, ${MOVED})
let step = 0
async function moveAll() {
  const beginMs = performance.now()
  step = (step + 1) % 100
  for (const card of moved) card.style.transform = 'translateX(' + step + 'px)'
  await undefined
  return performance.now() - beginMs
}
/** Moves them in so many frames; resolves with the times. */
function moveFor(frames) {
  return new Promise((resolve) => {
    const times = []
    const move = async () => {
      times.push(await moveAll())
      if (times.length < frames) requestAnimationFrame(move)
      else resolve(times)
    }
    requestAnimationFrame(move)
  })
}`

/**
 * Returns a page of 5,000 nodes with 20 slots, in which `moveFor(frames)` sets 60 styles a frame. It is isolated from other origins, so that its
 * clock is exact to 5 µs.
 */
export function busyPage(head: string): SitePage {
  const cards = Array.from({ length: CARDS }, (_none, index) => card(index)).join('')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>Busy</title>
    <style>.card { contain: strict; display: inline-block; width: 90px; height: 90px }</style></head><body>${cards}<script>${script}</script></body></html>`
  return {
    chunks: [{ html }],
    headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
  }
}
