import type { CatalogFinding } from './catalog-finding.ts'
import { conditionProblems } from './check-conditions.ts'
import { variantFindings } from './check-variants.ts'
import { instantMs } from './instant.ts'
import { redirectFlaw } from './redirect.ts'
import { roomFindings } from './room.ts'
import type { CatalogFile } from './schema.ts'
import { subjectTypes } from './selector.ts'

type Check = (file: CatalogFile) => CatalogFinding[]

function repeated(ids: readonly string[]): { id: string; index: number }[] {
  const first = new Map<string, number>()
  for (const [index, id] of ids.entries()) if (!first.has(id)) first.set(id, index)
  return ids.map((id, index) => ({ id, index })).filter(({ id, index }) => first.get(id) !== index)
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

const origins: Check = (file) =>
  (['origins', 'redirects'] as const).flatMap((key) =>
    (file[key] ?? []).flatMap((origin, index) =>
      isOrigin(origin)
        ? []
        : [{ path: [key, index], message: `${origin} is no origin: write it as https://www.brand.example` }],
    ),
  )

const redirects: Check = (file) => {
  const allowed = new Set([...file.origins, ...(file.redirects ?? [])])
  return (file.experiences ?? []).flatMap(({ variants }, index) =>
    variants.flatMap(({ redirect }, at): CatalogFinding[] => {
      const flaw = redirect === undefined ? undefined : redirectFlaw(redirect, allowed)
      return flaw === undefined ? [] : [{ path: ['experiences', index, 'variants', at, 'redirect'], message: flaw }]
    }),
  )
}

const experienceIds: Check = ({ experiences = [] }) =>
  repeated(experiences.map(({ id }) => id)).map(({ id, index }) => ({
    path: ['experiences', index, 'id'],
    message: `experience ${id} stands twice: ids are unique`,
  }))

const variantIds: Check = ({ experiences = [] }) =>
  experiences.flatMap(({ variants }, index) =>
    repeated(variants.map(({ id }) => id)).map((variant) => ({
      path: ['experiences', index, 'variants', variant.index, 'id'],
      message: `variant ${variant.id} stands twice: ids are unique within an experience`,
    })),
  )

/** Elements on which a text, an address or an attribute would run, restyle or redirect something. */
const UNFIT_SLOTS: readonly string[] = ['script', 'style', 'iframe', 'frame', 'object', 'embed', 'base', 'link', 'meta']

const selectors: Check = ({ slots }) =>
  Object.entries(slots).flatMap(([name, { selector = '' }]) =>
    subjectTypes(selector)
      .filter((type) => UNFIT_SLOTS.includes(type))
      .map((type) => ({
        path: ['slots', name, 'selector'],
        message: `<${type}> can be no slot, since a change of it may run code: select an element that shows something`,
      })),
  )

/** Each answer names all slots of a site: with 500, of ten experiences each, it has 36 KB and takes 0.5 ms. */
const MAX_SLOTS = 500

/** Characters of all names and selectors together, which stand in each answer. */
const MAX_SLOT_TEXT = 65_536

const slotRoom: Check = ({ slots }) => {
  let length = 0
  for (const [index, [name, { selector = '' }]] of Object.entries(slots).entries()) {
    length += name.length + selector.length
    const path = ['slots', name]
    const remedy = 'each answer holds all of them: split the catalog into sites'
    if (index >= MAX_SLOTS) return [{ path, message: `more than ${MAX_SLOTS} slots, and ${remedy}`, isKey: true }]
    if (length > MAX_SLOT_TEXT)
      return [
        {
          path,
          message: `the slots up to this one have more than ${MAX_SLOT_TEXT} characters in names and selectors, and ${remedy}`,
          isKey: true,
        },
      ]
  }
  return []
}

const slotNames: Check = ({ slots, experiences = [] }) =>
  experiences.flatMap(({ slot }, index) =>
    Object.hasOwn(slots, slot)
      ? []
      : [{ path: ['experiences', index, 'slot'], message: `unknown slot ${slot}: add it under slots` }],
  )

const audienceNames: Check = ({ audiences = {}, experiences = [] }) =>
  experiences.flatMap(({ audience }, index) =>
    audience === undefined || Object.hasOwn(audiences, audience)
      ? []
      : [{ path: ['experiences', index, 'audience'], message: `unknown audience ${audience}: add it under audiences` }],
  )

const schedules: Check = ({ experiences = [] }) =>
  experiences.flatMap((experience, index): CatalogFinding[] => {
    const path = ['experiences', index]
    const absent = (['from', 'until'] as const).flatMap((key): CatalogFinding[] => {
      const text = experience[key]
      if (text === undefined || instantMs(text) !== undefined) return []
      return [{ path: [...path, key], message: `${text} is no day and time of the calendar` }]
    })
    const { from, until } = experience
    if (absent.length > 0 || from === undefined || until === undefined || Date.parse(from) < Date.parse(until))
      return absent
    return [{ path: [...path, 'until'], message: 'until must be later than from: it would never run' }]
  })

/** A page that is open must not be left for what is on TV. */
const liveRedirects: Check = ({ slots, experiences = [] }) =>
  experiences.flatMap(({ slot, variants }, index) =>
    variants.flatMap(({ redirect }, at): CatalogFinding[] =>
      redirect !== undefined && Object.hasOwn(slots, slot) && slots[slot]?.live === true
        ? [
            {
              path: ['experiences', index, 'variants', at, 'redirect'],
              message: `slot ${slot} is live, and a live slot leads nowhere: take another slot`,
            },
          ]
        : [],
    ),
  )

/** Everything that the schema cannot say. */
const checks: readonly Check[] = [
  ...[
    origins,
    experienceIds,
    variantIds,
    selectors,
    slotRoom,
    slotNames,
    audienceNames,
    schedules,
    redirects,
    liveRedirects,
  ],
  ...[conditionProblems, variantFindings, roomFindings],
]

/** Finds mistakes in the meaning of a catalog whose shape is valid. */
export function checkCatalog(file: CatalogFile): CatalogFinding[] {
  return checks.flatMap((check) => check(file))
}
