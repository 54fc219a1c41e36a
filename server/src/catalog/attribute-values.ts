import { type KindName, parseAttribute, TV_DAYPARTS } from 'prepaint/engine'
import type { CatalogFile } from './schema.ts'

/** The values that an attribute can have, as far as anybody knows before a visitor comes. */
export interface AttributeValues {
  /** Absent: any JSON. */
  type?: 'string' | 'number' | 'boolean'
  /** True for one that is a text, a number or a boolean, though nobody knows which: it is no list and no object. */
  isScalar?: boolean
  /** True when nothing may be known of it: it is null then. */
  isOptional: boolean
  /** Returns the reason why it never has this value, which is of the right type; undefined if it can. */
  flaw?(value: string | number): string | undefined
  /** Writes its texts in their one case. */
  fold?(text: string): string
  /** Of a number. */
  least?: number
  most?: number
}

const DEVICES = ['mobile', 'tablet', 'desktop']
const DAYPARTS = ['night', 'morning', 'afternoon', 'evening']
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

const lower = (text: string): string => text.toLowerCase()
const upper = (text: string): string => text.toUpperCase()

function oneOf(values: readonly string[]): Pick<AttributeValues, 'type' | 'flaw' | 'fold'> {
  return {
    type: 'string',
    fold: lower,
    flaw: (value) => (values.includes(String(value)) ? undefined : `it is one of ${values.join(', ')}`),
  }
}

function written(pattern: RegExp, example: string): Pick<AttributeValues, 'type' | 'flaw'> {
  return {
    type: 'string',
    flaw: (value) => (pattern.test(String(value)) ? undefined : `it is written as in ${example}`),
  }
}

/** Compares a path with the URL Standard's reading of it (4.4 "path state"), which `location.pathname` returns. */
function pathFlaw(value: string | number): string | undefined {
  const path = String(value)
  if (!path.startsWith('/')) return 'a path begins with a slash'
  if (/[?#]/.test(path)) return 'a path is without query and hash'
  // What has an origin in front is not read for one, even if it begins with two slashes.
  const address = `https://a.example${path}`
  const read = URL.canParse(address) ? new URL(address).pathname : undefined
  return read === path ? undefined : `browsers write this path as ${read}`
}

function hostFlaw(value: string | number): string | undefined {
  const host = String(value)
  if (host === '') return undefined
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? host : `https://${host}`
  const read = URL.canParse(address) ? new URL(address).host : undefined
  return read === host ? undefined : `it is a host alone${read ? `, here ${read}` : ''}`
}

function decodedFlaw(value: string | number): string | undefined {
  const text = String(value)
  try {
    const decoded = decodeURIComponent(text)
    return decoded === text ? undefined : `it is compared decoded: write ${decoded}`
  } catch {
    return undefined
  }
}

function count(least: number, most?: number): AttributeValues {
  return {
    type: 'number',
    isOptional: true,
    least,
    ...(most === undefined ? {} : { most }),
    flaw(value) {
      const number = Number(value)
      if (!Number.isInteger(number)) return 'it is a whole number'
      return number < least || number > (most ?? Infinity)
        ? `it is ${most === undefined ? `at least ${least}` : `${least} to ${most}`}`
        : undefined
    },
  }
}

const decoded: AttributeValues = { type: 'string', isOptional: true, flaw: decodedFlaw }
const path: AttributeValues = { type: 'string', isOptional: false, flaw: pathFlaw }
const host: AttributeValues = { type: 'string', isOptional: false, flaw: hostFlaw, fold: lower }

const named: { readonly [name: string]: AttributeValues } = {
  'page.path': path,
  'page.campaign': { ...decoded, isOptional: false },
  'page.source': decoded,
  'page.medium': decoded,
  'page.term': decoded,
  'page.content': decoded,
  'page.click': { ...written(/^(\w+clk?id|[gw]braid)$/, 'gclid'), isOptional: true },
  'page.referrer': host,
  'page.device': { ...oneOf(DEVICES), isOptional: false },
  'page.language': { ...written(/^([a-z]{1,8}(-[a-z0-9]{1,8})*|\*|)$/i, 'de-CH'), isOptional: false },
  'geo.country': { ...written(/^[A-Z][A-Z0-9]$/, 'CH (ISO 3166-1 alpha-2)'), isOptional: true, fold: upper },
  'geo.region': decoded,
  'geo.city': decoded,
  'time.zone': { ...written(/^[+-](0\d|1[0-4]):[0-5]\d$/, '+02:00'), isOptional: true },
  'time.daypart': { ...oneOf(DAYPARTS), isOptional: true },
  'time.weekday': { ...oneOf(WEEKDAYS), isOptional: true },
  'time.hour': count(0, 23),
  'tv.daypart': { ...oneOf(TV_DAYPARTS), isOptional: true },
  'session.views': count(1),
  'session.visits': count(1),
  'session.isNew': { type: 'boolean', isOptional: true },
  'user.id': { type: 'string', isOptional: true, flaw: (value) => (value === '' ? 'an id is not empty' : undefined) },
  pageViews: count(0),
}

const ANY: AttributeValues = { isOptional: true }

const known = { isOptional: false } as const
const scalar: AttributeValues = { isOptional: true, isScalar: true }

/** By the kind of a feature: its values. Of a property's values nobody knows the type. */
const ofKinds: { readonly [Name in KindName]: AttributeValues } = {
  count: { ...count(0), ...known },
  sum: { type: 'number', ...known },
  since: count(0),
  first: scalar,
  last: scalar,
  distinct: { ...count(0, 32), ...known },
  top: scalar,
  ever: { type: 'boolean', ...known },
  session: { ...count(0), ...known },
}

/** Begins the names of attributes that are features. */
const FEATURE = /^features\./

/** The values of an attribute; of one that does not exist nothing is said. */
export function valuesOf(name: string, features: NonNullable<CatalogFile['features']> = {}): AttributeValues {
  if (Object.hasOwn(named, name)) return named[name] as AttributeValues
  const feature = name.replace(FEATURE, '')
  if (FEATURE.test(name) && Object.hasOwn(features, feature))
    return ofKinds[(features[feature] as { kind: KindName }).kind]
  return parseAttribute(name)?.source === 'events' ? count(0) : ANY
}
