import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/**
 * Rights of a key.
 * - `events`: to send events in Segment's protocol; it may stand in a page or an app.
 * - `server`: that, to ask for decisions by the brand's own user id, and to sign links; it never leaves a server.
 */
export type Access = 'events' | 'server'

/** Numbers of the keys in the log's records; 0 is none. A number that has been given never means anything else. */
export const KEY_IDS: { readonly [OneAccess in Access]: number } = { events: 1, server: 2 }

/** A key that is one of ours. */
export interface AccessKey {
  site: string
  access: Access
}

/** Issues and verifies keys: `<access>.<site>.<signature>`. They follow from the secret, so that none is stored. */
export interface Keys {
  issue(key: AccessKey): string
  /** Undefined for text that is garbled or forged. */
  verify(text: string): AccessKey | undefined
}

const KEY = /^(events|server)\.([\w-]{1,64})\.[\w-]{22}$/

/** Compares without telling by its time where two texts differ. */
export function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * Derives the key that services with one secret show each other; it stands for no site, and no public route takes it.
 */
export function peerKey(secret: string): string {
  return `peer.${createHmac('sha256', secret).update('key:peer').digest().toString('base64url', 0, 16)}`
}

/** Makes keys. @param secret the service's own; at least 16 bytes. */
export function createKeys(secret: string): Keys {
  const key = createSecretKey(secret, 'utf8')

  function issue({ access, site }: AccessKey): string {
    // Visitors' tokens are signed with the same secret; no site's name holds a colon, so neither passes for the other.
    const digest = createHmac('sha256', key).update(`key:${access}:${site}`).digest()
    return `${access}.${site}.${digest.toString('base64url', 0, 16)}`
  }

  return {
    issue,
    verify(text) {
      const parts = KEY.exec(text)
      if (!parts) return undefined
      const found: AccessKey = { access: parts[1] as Access, site: parts[2] as string }
      return isSame(issue(found), text) ? found : undefined
    },
  }
}
