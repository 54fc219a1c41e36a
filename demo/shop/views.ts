import type { Probe } from '../../lab/sampler/frame-log.ts'
import type { Customer, View } from '../brand/brand.ts'

/** The shop's slots as its makers wrote them. */
export const probes: Probe[] = [
  { slot: 'headline', selector: 'header h1', kind: 'text', original: 'Shop in style' },
  { slot: 'offer', selector: 'header p', kind: 'text', original: 'With this shop hompeage template' },
  { slot: 'badge', selector: '.card .badge', kind: 'text', original: 'Sale' },
]

/** Somebody who has an account. */
export const ada: Customer = { userId: 'ada', traits: { plan: 'gold', firstName: 'Ada' } }

/** Views that the shop's visitors should see. */
export const views: View[] = [
  {
    name: 'newcomer',
    query: '',
    expected: { headline: 'Welcome to the shop', offer: '10 % off your first order', badge: 'Spring sale' },
    tier: 'live',
  },
  {
    name: 'returning, second view',
    query: '',
    isSameVisitor: true,
    expected: { headline: 'Welcome to the shop', offer: '10 % off your first order', badge: 'Spring sale' },
    tier: 'cached',
  },
  {
    name: 'something in the cart',
    query: '',
    act: {
      expression: `document.evaluate('//a[.="Add to cart"]', document).iterateNext().click()`,
      event: 'Product Added',
    },
    isSameVisitor: true,
    expected: {
      headline: 'Good to see you again',
      offer: 'Free delivery on what is in your cart',
      badge: 'Spring sale',
    },
    tier: 'live',
  },
  {
    name: 'known by now',
    query: '',
    isSameVisitor: true,
    expected: {
      headline: 'Good to see you again',
      offer: 'Free delivery on what is in your cart',
      badge: 'Spring sale',
    },
    tier: 'cached',
  },
  {
    name: 'known customer, by link',
    query: '',
    customer: ada,
    expected: { headline: 'Your gold card is waiting', offer: '20 % off for members', badge: 'Spring sale' },
    tier: 'live',
  },
  {
    name: 'known customer, next view',
    query: '',
    isSameVisitor: true,
    expected: { headline: 'Your gold card is waiting', offer: '20 % off for members', badge: 'Spring sale' },
    tier: 'cached',
  },
  { name: 'service down', query: '', expected: {}, isServiceDown: true, tier: 'default' },
]
