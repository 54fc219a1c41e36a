import { setAttribute } from './attribute.ts'
import { rootOf } from './roots.ts'
import { safely } from './safely.ts'

/** An element that carries this attribute is hidden, with all that is in it. */
const ATTRIBUTE = 'data-pp-hidden'

/** The value of `hidden` at the page's own nodes in a slot that shows a variant. */
export const MASK = 'pp'

/**
 * Rules with `visibility`, because Chromium leaves out of LCP what was painted at `opacity: 0`
 * (w3c/largest-contentful-paint#129); for the descendants too, because any of them may be `visible` by a rule of its own.
 */
const CSS = '[data-pp-hidden],[data-pp-hidden] *{visibility:hidden!important}[hidden=pp]{display:none!important}'

let sheet: CSSStyleSheet | undefined

/**
 * Gives the document or shadow root of an element the sheet that hides, in browsers that can construct one (since Chromium 73, Firefox 101, Safari 16.4), which needs no
 * nonce: CSP's style-src is about elements and attributes (CSP 3, 6.1.14). Some pages' CSP would refuse a `<style>`, and then
 * nothing would be hidden. A page may have put something else in the place of `adoptedStyleSheets`: then a swap goes on without.
 */
export const addSheet = safely((element: Element) => {
  const root = rootOf(element)
  if (!root.adoptedStyleSheets) return
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS)
  }
  if (root.adoptedStyleSheets.indexOf(sheet) < 0) root.adoptedStyleSheets = root.adoptedStyleSheets.concat(sheet)
})

/** Hides an element, or shows it again and leaves no trace on it. */
export function setHidden(element: Element, isHidden: boolean): void {
  if (isHidden) addSheet(element)
  setAttribute(element, ATTRIBUTE, isHidden ? '' : null)
}
