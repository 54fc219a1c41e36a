import type { BrowserName } from '../../scripts/browsers.mjs'

/** One browser tab with its visitor. */
export interface Page {
  /**
   * Opens an address as if it had been typed: without a referrer.
   * `commit` returns as soon as the new document exists, `load` after its load event; both throw after 30 s.
   */
  goto(url: string, options: { until: 'load' | 'commit' }): Promise<void>
  /** The JSON value of an expression in the page; a promise is awaited for at most 30 s. */
  evaluate<T>(expression: string): Promise<T>
  /** Opens another tab of the same visitor, in a window of its own, so that each of them is drawn. It closes with this one. */
  tab(): Promise<Page>
  /** Returns the page as it would be printed, in PDF. WebKit's driver has no such command. */
  print?(): Promise<Uint8Array>
  /** Closes the tab and forgets the visitor. */
  close(): Promise<void>
}

/** One running browser. */
export interface Browser {
  name: BrowserName
  /** A new visitor: empty storage, which successive `goto` of this page share. */
  open(): Promise<Page>
  /** Closes every page and ends every process that was started. */
  close(): Promise<void>
}

/** Options for starting a browser. */
export interface LaunchOptions {
  /**
   * Base64 of the SHA-256 of a certificate's public key (SPKI): errors of that certificate are ignored.
   * Firefox and WebKit know no such list and then ignore every certificate error.
   */
  ignoreCertificateErrors?: string | undefined
  /** True: pages are kept for the way back, as in people's browsers. Playwright switches that off in Chromium alone. */
  hasBackForwardCache?: boolean
  /** Forbids cookies, as a visitor may in the settings. Chromium and Firefox then refuse storage, too. */
  areCookiesForbidden?: boolean | undefined
  /** Opens private windows. Those of Chromium and WebKit are private in any case. */
  isPrivate?: boolean | undefined
}
