import { setAttribute } from './attribute.ts'

/** An element that carries this attribute is hidden, with all that is in it. */
const ATTRIBUTE = 'data-pp-hidden'

/**
 * Rule with `visibility`, because Chromium leaves out of LCP what was painted at `opacity: 0`
 * (w3c/largest-contentful-paint#129); for the descendants too, because any of them may be `visible` by a rule of its own.
 */
const CSS = '[data-pp-hidden],[data-pp-hidden] *{visibility:hidden!important}'

let sheet: CSSStyleSheet | undefined

/**
 * Hides an element, or shows it again and leaves no trace on it. The sheet is constructed, which needs no nonce: CSP's
 * style-src is about elements and attributes (CSP 3, 6.1.14). Some pages' CSP would refuse a `<style>`, and then nothing
 * would be hidden.
 */
export function setHidden(element: Element, isHidden: boolean): void {
  // Without constructable sheets (before Chromium 73, Firefox 101, Safari 16.4) nothing can be hidden.
  if (isHidden && !sheet && document.adoptedStyleSheets) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS)
    document.adoptedStyleSheets = document.adoptedStyleSheets.concat(sheet)
  }
  setAttribute(element, ATTRIBUTE, isHidden ? '' : null)
}
