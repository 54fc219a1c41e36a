import type { AccessKey, Keys } from '../../identity/key.ts'
import { HttpError } from '../app/errors.ts'
import type { Asker } from '../app/exchange.ts'

/** Longest `Authorization` that may hold a key of ours, as Base64 and with a password. */
const MAX_LENGTH = 512

/** `Bearer <key>`, or `Basic` with the key as user name and any password, as Segment's clients send it. */
function keyText(authorization: string): string {
  if (authorization.length > MAX_LENGTH) return ''
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +([\w.~+/=-]+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return credentials
  return Buffer.from(credentials, 'base64')
    .toString('utf8')
    .replace(/:[^]*$/, '')
}

/**
 * The key that a request carries; undefined for one that carries none.
 * @throws HttpError for one that is not ours: who sends a key is never taken for somebody without.
 */
export function authorize({ headers }: Pick<Asker, 'headers'>, keys: Keys): AccessKey | undefined {
  if (headers.authorization === undefined) return undefined
  const key = keys.verify(keyText(headers.authorization))
  if (!key) throw new HttpError('key_invalid')
  return key
}
