import { createHash } from 'node:crypto'

/**
 * Keys of profiles that are no issued visitor's. A visitor's id is 22 characters of base64url, which has no colon: what
 * a foreign client names can never be read as one. Ids of any length and script become one of a fixed size; UTF-16
 * tells apart what UTF-8 would not (lone surrogates).
 */
function profileId(kind: 'user' | 'anonymous', id: string): string {
  return `${kind}:${createHash('sha256').update(id, 'utf16le').digest('base64url')}`
}

/** Returns the profile id of a brand's user. */
export function userProfileId(userId: string): string {
  return profileId('user', userId)
}

/** Returns the profile id of a visitor with an id that a foreign client made up. */
export function anonymousProfileId(anonymousId: string): string {
  return profileId('anonymous', anonymousId)
}
