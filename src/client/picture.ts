import { setAttribute } from './attribute.ts'
import type { Changed, SwapState } from './bridge.ts'
import { setHidden } from './hide.ts'
import { carry } from './operations.ts'

/** Longest wait for a picture, in ms, after which the page's own is shown again. */
const PICTURE_MS = 5_000

/** Takes the other sources of a `<picture>` out of the browser's choice, by types that no browser knows, or gives them back. */
export function setSources(image: HTMLElement, isOut: boolean): void {
  let source = image as unknown as HTMLSourceElement | null
  while (
    (source = (source as HTMLSourceElement).previousElementSibling as HTMLSourceElement | null) &&
    source.localName === 'source'
  ) {
    setAttribute(source, 'type', (isOut ? '-' : '') + source.type.replace(/^-+/, '') || null)
  }
}

/**
 * Hides an image that has got another address until its file is there: meanwhile it shows the old one (HTML Standard, "update
 * the image data"), and keeps its box.
 * @param fail called if the file cannot be shown and the page's own was restored.
 */
export function showPicture(
  { _element: slot, _change: change }: Changed,
  shell: HTMLElement,
  state: SwapState,
  fail: () => void,
): void {
  const address = shell.getAttribute('src')
  if (slot.localName !== 'img' || address === change._before.getAttribute('src')) return
  if (state._config._budgetMs) setHidden(slot, true)
  setSources(slot, true)
  const reveal = (): void => {
    if ((slot as HTMLImageElement).complete) setHidden(slot, false)
  }
  const restore = (): void => {
    setHidden(slot, false)
    if (slot.getAttribute('src') !== address) return
    carry(change._before, slot, change.operations)
    setSources(slot, false)
    // So that nothing applies it again (`late/keep-attributes.ts`) or reverts it.
    change.operations = []
    fail()
  }
  requestAnimationFrame(reveal)
  slot.addEventListener('load', reveal)
  slot.addEventListener('error', restore)
  setTimeout(() => {
    if (!(slot as HTMLImageElement).complete && (slot as HTMLImageElement).loading !== 'lazy') restore()
  }, PICTURE_MS)
}
