import type { Row } from './row.ts'

/** Rows of a site while records are counted. */
export interface SiteRows {
  /** Returns the row of a visitor or user as it is; undefined if there is none. It must not be changed. */
  get(id: string): Row | undefined
  /** Returns it to be changed, made if there is none. */
  change(id: string): Row
  remove(id: string): void
}

/** True for a visitor's id that the service has signed: all others have a colon. */
export function isSigned(id: string): boolean {
  return !id.includes(':')
}

/** True for the id of a brand's user. */
export function isUser(id: string): boolean {
  return id.startsWith('user:')
}
