import type { PageContext } from 'prepaint/protocol'
import { UsageError } from './command.ts'

/** Names of ad click parameters: gclid, dclid, fbclid, msclkid, ttclid, twclid, yclid, gbraid, wbraid. */
const CLICK = /^(\w+clk?id|[gw]braid)$/

const DEVICES: readonly string[] = ['desktop', 'mobile', 'tablet'] satisfies PageContext['device'][]

/** Facts of a page view beside its address. */
export interface View {
  device?: string | undefined
  language?: string | undefined
  referrer?: string | undefined
}

/**
 * Returns the facts that a page at this address would send.
 * @throws UsageError
 */
export function pageOf(url: string, { device = 'desktop', language = '', referrer = '' }: View): PageContext {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (!address || !/^https?:$/.test(address.protocol))
    throw new UsageError('--url must be an address such as https://www.brand.example/')
  if (!DEVICES.includes(device)) throw new UsageError(`--device must be one of ${DEVICES.join(', ')}`)
  const parameters = address.searchParams
  const named = ['source', 'medium', 'term', 'content'].map((name) => [name, parameters.get(`utm_${name}`)] as const)
  const click = [...parameters.keys()].find((name) => CLICK.test(name))
  return {
    path: address.pathname,
    campaign: parameters.get('utm_campaign') ?? '',
    referrer: referrer === address.host ? '' : referrer,
    device: device as PageContext['device'],
    language,
    ...Object.fromEntries(named.filter(([, value]) => value !== null)),
    ...(click === undefined ? {} : { click }),
  }
}
