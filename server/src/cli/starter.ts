/** A catalog to begin with: each kind of entry once, and what it is for. */
export function starterCatalog(site: string, origin: string): string {
  return `# yaml-language-server: $schema=./node_modules/prepaint-server/catalog.schema.json
site: ${site}
origins: [${origin}]                # pages that may ask; \`dev\` lets those of this machine ask too

slots:                                                # places whose content may change
  headline: {}                                        # marked in the page: <h1 data-pp-slot="headline">
  hero: { selector: header }                          # or found by a selector

audiences:                                            # who: conditions over page, visitor and events
  spring: { page.campaign: spring }                   # opened with ?utm_campaign=spring
  returning: { pageViews: { $gte: 1 } }               # has been here before, and agreed to be known

experiences:                                          # what they see; in each slot the first that fits wins
  - id: spring-headline
    slot: headline
    audience: spring
    variants:
      - { id: flowers, do: [{ text: Spring starts here }] }
  - id: welcome-back
    slot: headline
    audience: returning
    variants:                                         # half of them see it, the others are its control group
      - { id: greeting, weight: 50, do: [{ text: Welcome back }] }
      - { id: control, weight: 50 }
`
}
