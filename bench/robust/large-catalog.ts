/** Experiences of a large catalog, each with an audience of its own. */
const EXPERIENCES = 5_000

/** A catalog of 5,000 experiences for so many slots; `round` makes it another one. JSON is YAML. */
export function largeCatalogText(site: string, slots: number, round = 0): string {
  const numbers = Array.from({ length: EXPERIENCES }, (_none, index) => index)
  const text = JSON.stringify({
    site,
    origins: ['https://www.brand.example'],
    slots: Object.fromEntries(numbers.slice(0, slots).map((index) => [`slot-${index}`, {}])),
    audiences: Object.fromEntries(
      numbers.map((index) => [`a${index}`, { 'page.campaign': `c${index}`, 'traits.plan': 'pro' }]),
    ),
    experiences: numbers.map((index) => ({
      id: `e${index}`,
      slot: `slot-${index % slots}`,
      audience: `a${index}`,
      variants: [{ id: 'a', do: [{ text: `Content ${index} of ${round}` }] }, { id: 'b' }],
    })),
  })
  // A file whose last line has an end is read sooner.
  return `${text}\n`
}
