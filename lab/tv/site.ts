import type { Statement } from 'prepaint/engine'
import { createKeys } from '../../server/src/identity/key.ts'

/** The secret of services in tests and figures of TV. */
export const TV_SECRET = 's'.repeat(32)

/** Shows the server key of the site. */
export const TV_BEARER = {
  authorization: `Bearer ${createKeys(TV_SECRET).issue({ site: 'flora', access: 'server' })}`,
}

/** A site with one live slot that one spot decides. */
export const TV_CATALOG = `site: flora
origins: [https://www.brand.example]
tv:
  feeds:
    itv: { zone: Europe/London, areas: [c/GB], delays: { ota: 4s } }
  spots:
    roses-30: { brand: flora, product: roses, ids: [HDCM10648] }
slots:
  hero: { live: true }
  footer: {}
audiences:
  saw-roses: { tv.spot.aired: { spot: roses-30, within: 5m } }
  spring: { page.campaign: spring, tv.spot.aired: { spot: roses-30, within: 1m } }
experiences:
  - { id: spring, slot: hero, audience: spring, variants: [{ id: spring, do: [{ text: Spring roses }] }] }
  - { id: roses, slot: hero, audience: saw-roses, variants: [{ id: roses, do: [{ text: The roses from TV }] }] }
`

/** A statement that the spot has aired, or will. */
export function spotAt(fromMs: number): Statement {
  return { feed: 'itv', source: 'partner', spots: [{ spot: 'HDCM10648', fromMs, toMs: fromMs + 30_000 }] }
}

/** Sends what a source says to a service. */
export async function stateTv(url: string, body: object): Promise<number> {
  const text = JSON.stringify({ v: 1, site: 'flora', ...body })
  return (await fetch(`${url}/v1/tv`, { method: 'POST', body: text, headers: TV_BEARER })).status
}
