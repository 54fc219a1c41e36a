import type { Consent } from '../protocol/index.ts'

/** Options that a page gives its client. In the tag each one is a `data-` attribute of the same name. */
export interface ClientOptions {
  /** The site's id, as in its catalog. */
  site: string
  /**
   * Base address of the service; `/v1/decide` and `/v1/batch` are below it. A second one, after a space, is used when
   * the first fails. Default `/pp`.
   */
  endpoint?: string | undefined
  /** Slots whose markup cannot carry `data-pp-slot`: CSS selector by slot name. */
  slots?: { [name: string]: string } | undefined
  /** The visitor's consent, as the page knows it. Default `pending`. */
  consent?: Consent | undefined
  /** Longest time that a slot stays hidden while it could be painted, in ms. Default 200; 0 never hides. */
  budgetMs?: number | undefined
  /** Begins the names of our cookies and storage keys. Default `pp`. */
  prefix?: string | undefined
  /** With `strict`, Global Privacy Control counts as a denial of consent. */
  gpc?: string | undefined
  /**
   * The change of the address, in an app that changes it without a load, that begins a view of its own: `path` (default), `search`
   * (path or query), or `load` for none.
   */
  views?: 'path' | 'search' | 'load' | undefined
  /** Reports Core Web Vitals as `pp:vitals`, by a chunk of its own after the page was painted. Default false. */
  vitals?: boolean | undefined
}

/** Options with every default filled in. */
export interface Config extends Omit<ClientOptions, 'endpoint' | 'vitals' | 'budgetMs'> {
  /** Base addresses of the service: the one in use and, if there is a second, the one to use when it fails. */
  _hosts: string[]
  slots: { [name: string]: string }
  _budgetMs: number
  prefix: string
  /** With `off` no view is reported as a `page` event: the page does that itself, as an app of the npm package does. */
  pages?: string | undefined
  /** Set, to whatever text, when vitals are wanted: an attribute without a value is an empty one. */
  vitals?: string | undefined
}

/** Returns the addresses in a text, which white space separates. The service ignores a slash at their ends. */
export function hostsOf(text: string): string[] {
  return text.match(/\S+/g) || ['/pp']
}
