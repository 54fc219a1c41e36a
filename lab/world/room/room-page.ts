import type { SitePage } from '../../network/site.ts'

/** Half as long as the variants of the catalog. */
const original =
  'The words of the brand, which are as long as words of brands use to be, with a comma or two, to the end.'

/**
 * Returns a page with one slot, in the first third of every window, and paragraphs below it.
 * @param head goes first into the head.
 */
export function roomPage(slot: 'roomy' | 'tight', head: string): SitePage {
  const below = '<p>What stands below, and must not move.</p>'.repeat(8)
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>Room</title>
    <style>body { font: 16px/20px monospace }</style></head><body><p class="slot" data-pp-slot="${slot}">${original}</p>${below}</body></html>`
  return { chunks: [{ html }] }
}
