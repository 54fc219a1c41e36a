import type { Asker } from '../app/exchange.ts'

/** Fields that are looked at, in characters: proxies join several by commas. */
const MAX_LENGTH = 256

/** True under Global Privacy Control: one field whose value is exactly `1` (Global Privacy Control, 3.2) is enough. */
export function hasGpc({ headers }: Pick<Asker, 'headers'>): boolean {
  const field = headers['sec-gpc']
  return field !== undefined && /(^|,)[ \t]*1[ \t]*(,|$)/.test(String(field).slice(0, MAX_LENGTH))
}
