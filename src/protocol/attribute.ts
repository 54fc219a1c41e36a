/** Attributes an experience may set: nothing that runs code, submits elsewhere or restyles by string. */
const ALLOWED_NAME =
  /^(alt|href|src|srcset|sizes|title|value|placeholder|target|rel|lang|dir|role|width|height|loading|fetchpriority|(aria|data)-(?!pp-)[a-z0-9-]+)$/

/** A scheme, after the control characters and spaces that browsers skip (URL Standard, 4.4 "basic URL parser"). */
const FOREIGN_SCHEME = /^[\u0000-\u0020]*(?!https?:|mailto:|tel:)[^/?#]*:/i

/**
 * True when `url` is relative, or absolute with a scheme that cannot run code.
 * @example
 * ```ts
 * isSafeUrl('/sale') // true
 * isSafeUrl('javascript:alert(1)') // false
 * ```
 */
export function isSafeUrl(url: string): boolean {
  // Browsers drop tab and newline anywhere in a URL, so `java\nscript:` is a scheme too.
  return !FOREIGN_SCHEME.test(url.replace(/[\t\n\r]/g, ''))
}

/**
 * True when an `attribute` operation may set `name` to `value`. Checked when a catalog is loaded.
 * @example
 * ```ts
 * isSafeAttribute('aria-label', 'Open') // true
 * isSafeAttribute('onclick', 'open()') // false
 * ```
 */
export function isSafeAttribute(name: string, value: string): boolean {
  return ALLOWED_NAME.test(name) && isSafeUrl(/^(href|src)$/.test(name) ? value : '')
}
