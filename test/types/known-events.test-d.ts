// Checked by the compiler alone: `npm run types`.
import { type CommerceEvents, createClient, type EventName, type KnownEvents, type MediaEvents } from 'prepaint'
import type { KNOWN_EVENTS } from '../../server/src/catalog/known-events.ts'

const shop = createClient({ site: 'shop' })

// A known name has its properties, and those that the site adds.
shop.track('Product Viewed', { product_id: 'b-7', price: 129.5, currency: 'EUR' })
shop.track('Product Viewed', { product_id: 'b-7', margin: 0.2, tags: ['new'] })
shop.track('Product Viewed')
shop.track('Order Completed', { total: 49, products: [{ product_id: 'b-7', quantity: 2, gift: true }] })
shop.track('Video Playback Started', { content_asset_ids: ['a', 'b'], total_length: null, ad_type: ['pre-roll'] })
// @ts-expect-error a price is a number
shop.track('Product Viewed', { price: '129.50' })
// @ts-expect-error an id is a text
shop.track('Product Viewed', { product_id: 7 })
// @ts-expect-error products are a list
shop.track('Order Completed', { products: { product_id: 'b-7' } })
// @ts-expect-error a product's price is a number, in a list too
shop.track('Order Completed', { products: [{ price: '129.50' }] })
// @ts-expect-error no such place of an advertisement
shop.track('Video Ad Started', { type: 'between' })
// @ts-expect-error properties of known events are JSON, too
shop.track('Product Viewed', { run: () => undefined })

// Any other name has any properties, also one that is computed.
shop.track('Seat Chosen', { row: 7, price: 'high' })
shop.track('product viewed', { price: '129.50' })
const computed: string = ['Seat', 'Chosen'].join(' ')
shop.track(computed, { price: '129.50' })
const either = computed as 'Product Added' | 'Seat Chosen'
shop.track(either, { price: 5 })

// An app that is generic over events.
function forward<Name extends keyof KnownEvents>(name: Name, properties: KnownEvents[Name]): void {
  shop.track<EventName>(name, properties)
}
forward('Cart Viewed', { cart_id: 'c1' })
// @ts-expect-error a cart's id is a text
forward('Cart Viewed', { cart_id: 1 })

// A site that names its events has those and no others; it may take over the known ones, all or some.
interface Strict {
  events: { 'Seat Chosen': { row: number } } & Pick<CommerceEvents, 'Order Completed'>
}
const strict = createClient<Strict>({ site: 'shop' })
strict.track('Seat Chosen', { row: 7 })
strict.track('Order Completed', { total: 49 })
strict.track('Order Completed')
// @ts-expect-error the site has no such event
strict.track('Product Viewed', {})
// @ts-expect-error an amount is a number
strict.track('Order Completed', { total: '49' })
interface Television {
  events: MediaEvents & { 'Channel Changed': { to: string } }
}
const television = createClient<Television>({ site: 'tv' })
television.track('Channel Changed', { to: 'news' })
television.track('Video Content Started', { title: 'Evening', genre: 'news' })
// @ts-expect-error the properties are required
television.track('Channel Changed')

// The catalog's check knows the same names, no more and no fewer.
type Listed = (typeof KNOWN_EVENTS)[number]
export const allAreListed: [keyof KnownEvents] extends [Listed] ? true : never = true
export const allAreKnown: [Listed] extends [keyof KnownEvents] ? true : never = true
