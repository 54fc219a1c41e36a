// Checked by the compiler alone: `npm run types`.
import { type Client, createClient } from 'prepaint'

interface Shop {
  slots: { headline: 'Spring starts here' | 'Welcome'; teaser: string }
  events: {
    'Order Completed': { total: number; coupon?: string }
    'Signed Out': undefined
    Searched: { words?: string }
  }
  traits: { plan: 'free' | 'gold' }
}

const shop: Client<Shop> = createClient<Shop>({ site: 'shop', consent: 'granted' })
shop.track('Order Completed', { total: 49 })
shop.track('Order Completed', { total: 49, coupon: 'X' })
shop.track('Signed Out')
shop.track('Searched')
shop.track('Searched', { words: 'boots' })
// @ts-expect-error the properties are required
shop.track('Order Completed')
// @ts-expect-error a total is a number
shop.track('Order Completed', { total: '49' })
// @ts-expect-error no such event
shop.track('Order Completd', { total: 49 })
shop.identify('u1', { plan: 'gold' })
shop.identify()
// @ts-expect-error no such plan
shop.identify('u1', { plan: 'silver' })

const headline: 'Spring starts here' | 'Welcome' = shop.content('headline', 'Welcome')
const absent: 'Spring starts here' | 'Welcome' | undefined = shop.content('headline', undefined)
// @ts-expect-error no such slot
shop.content('footer', '')
void shop.decide(['headline']).then(({ headline: { reason, content } }) => {
  const known: 'Spring starts here' | 'Welcome' | undefined = content
  // @ts-expect-error not a reason
  return [known, reason === 'because']
})
// @ts-expect-error no such slot
void shop.decide(['footer'])

const open = createClient({ site: 'shop' })
open.track('Anything', { at: 'all' })
open.track('Anything')
open.identify('u1', { any: ['trait'] })
const text: string | number = open.content('anything', 1)
// @ts-expect-error properties are JSON
open.track('Anything', { run: () => undefined })
// @ts-expect-error consent has three states
open.consent('perhaps')

const stop: () => void = open.on('applied', ({ slot, outcome }) => {
  const shown: boolean = outcome === 'shown'
  return [slot.length, shown]
})
// @ts-expect-error no such event
open.on('painted', () => undefined)

export const used = [headline, absent, text, stop]
