import type { Probe } from '../../lab/sampler/frame-log.ts'
import type { View } from '../brand/brand.ts'

/** The agency's slots as its makers wrote them. */
export const probes: Probe[] = [
  { slot: 'masthead', selector: 'header.masthead', kind: 'background', original: '/assets/img/header-bg.jpg' },
  { slot: 'subheading', selector: '.masthead-subheading', kind: 'text', original: 'Welcome To Our Studio!' },
  { slot: 'headline', selector: '.masthead-heading', kind: 'text', original: "It's Nice To Meet You" },
]

/** Views that the agency's visitors should see. */
export const views: View[] = [
  {
    name: 'new visitor',
    query: '',
    expected: { masthead: '/agency/morning.svg', headline: 'A page made for you' },
    tier: 'live',
  },
  {
    name: 'returning, second view',
    query: '',
    expected: { masthead: '/agency/morning.svg', headline: 'A page made for you' },
    isSameVisitor: true,
    tier: 'cached',
  },
  {
    name: 'campaign link',
    query: '?utm_campaign=spring',
    expected: { masthead: '/agency/spring.svg', headline: 'Spring starts here' },
    tier: 'live',
  },
  { name: 'service down', query: '', expected: {}, isServiceDown: true, tier: 'default' },
]
