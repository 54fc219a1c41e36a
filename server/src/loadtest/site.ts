const SLOTS = 20
const EXPERIENCES = 100

/** Four conditions each; every visitor fits one experience in five, the others fail at one condition after the other. */
const CONDITIONS = [
  {
    'page.campaign': 'spring',
    'page.source': { $in: ['mail', 'social'] },
    'traits.plan': 'pro',
    pageViews: { $gte: 2 },
  },
  { 'page.campaign': 'winter', 'page.device': 'mobile', 'traits.plan': 'pro', 'traits.age': { $gte: 18 } },
  { 'traits.plan': 'pro', 'page.language': { $in: ['fr', 'it'] }, 'traits.age': { $gte: 18 }, pageViews: { $gt: 1 } },
  { 'page.device': 'mobile', 'traits.tags': { $in: ['sale'] }, 'page.source': { $ne: 'mail' }, pageViews: { $gt: 1 } },
  { pageViews: { $gte: 2 }, 'traits.plan': 'pro', 'page.device': 'mobile', 'events.Order Completed': { $gt: 400 } },
]

/** The site of load tests: none of a brand is called so, and none but this is written to. */
export const LOADTEST_SITE = 'prepaint-loadtest'

/** Origin of its pages. */
export const LOADTEST_ORIGIN = 'https://www.brand.example'

/** A catalog: 100 experiences over 20 slots, 3 weighted variants each; one of each slot fits. JSON is YAML. */
export function catalogText(site: string): string {
  const numbers = Array.from({ length: EXPERIENCES }, (_none, index) => index)
  const conditionOf = (index: number) => CONDITIONS[(index + Math.floor(index / SLOTS)) % CONDITIONS.length]
  return JSON.stringify({
    site,
    origins: [LOADTEST_ORIGIN],
    slots: Object.fromEntries(numbers.slice(0, SLOTS).map((index) => [`slot-${index}`, {}])),
    audiences: Object.fromEntries(numbers.map((index) => [`audience-${index}`, conditionOf(index)])),
    experiences: numbers.map((index) => ({
      id: `experience-${index}`,
      slot: `slot-${index % SLOTS}`,
      audience: `audience-${index}`,
      variants: [
        { id: 'a', weight: 50, do: [{ text: `Content ${index}` }] },
        { id: 'b', weight: 30, do: [{ text: `Content ${index}` }] },
        { id: 'c', weight: 20 },
      ],
    })),
  })
}
