/** A catalog with the feeds of the tests of airing data, and a slot that speaks of a commercial. */
export const TV_CATALOG = `site: agency
origins: [https://www.brand.example]
tv:
  feeds:
    one: { zone: Europe/London, areas: [c/GB], xmltv: [one.uk] }
    zwei: { zone: Europe/Berlin, areas: [c/DE], xmltv: [zwei.de] }
    plus: { of: one, shift: 1h, areas: [c/GB] }
  spots:
    roses-30: { brand: flora, product: roses, ids: [HDCM10648] }
slots:
  hero: { live: true }
audiences:
  saw-roses: { tv.spot.aired: { spot: roses-30, within: 10m } }
experiences:
  - id: roses
    slot: hero
    audience: saw-roses
    variants: [{ id: roses, do: [{ text: The roses from TV }] }]
`
