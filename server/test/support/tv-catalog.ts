/** A catalog with the feeds of the tests of airing data. */
export const TV_CATALOG = `site: agency
origins: []
slots: { hero: {} }
audiences: {}
experiences: []
tv:
  feeds:
    one: { zone: Europe/London, areas: [c/GB], xmltv: [one.uk] }
    zwei: { zone: Europe/Berlin, areas: [c/DE], xmltv: [zwei.de] }
    plus: { of: one, shift: 1h, areas: [c/GB] }
`
