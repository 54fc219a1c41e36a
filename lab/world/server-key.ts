import { createKeys } from '../../server/src/identity/key.ts'

/** Issues the key with which a site's own server speaks to a service of this secret. */
export function serverKeyOf(secret: string, site: string): string {
  return createKeys(secret).issue({ site, access: 'server' })
}
