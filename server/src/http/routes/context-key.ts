import type { Device, PageContext } from 'prepaint/protocol'

/** Longest key, in characters. */
export const MAX_CONTEXT_KEY_LENGTH = 1_024

/** The key of a page of which nothing is said. */
const NOTHING = 'any'

/** Facts that a key may hold, in the one order in which it holds them. */
const FACTS = [
  'campaign',
  'click',
  'content',
  'device',
  'language',
  'medium',
  'path',
  'referrer',
  'source',
  'term',
] as const satisfies readonly (keyof PageContext)[]

/** A name in a key. */
export type KeyFact = (typeof FACTS)[number]

/** Facts of a key, decoded: those that it does not name are empty, and a device is a desktop. */
export type KeyFacts = { [Fact in KeyFact]?: string }

const DEVICES: readonly string[] = ['desktop', 'mobile', 'tablet'] satisfies Device[]

/** The same language for everybody who spells it: `de-CH`, never `DE-ch` (RFC 5646, 2.1.1). */
const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/

function isFact(name: string): name is KeyFact {
  return (FACTS as readonly string[]).includes(name)
}

/** `~` and two digits for each byte that is no unreserved character: a percent sign would be rewritten by proxies. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', '~')
}

/** Undefined for text that {@link encode} has never written. */
function decode(text: string): string | undefined {
  if (!/^([\w.-]|~[\dA-F]{2})+$/.test(text)) return undefined
  try {
    return decodeURIComponent(text.replaceAll('~', '%'))
  } catch {
    return undefined
  }
}

function isValue(fact: KeyFact, value: string): boolean {
  if (fact === 'device') return DEVICES.includes(value)
  return fact !== 'language' || LANGUAGE.test(value)
}

/** Parses a key; undefined for text that is no key, in whatever order and with whatever escapes. */
export function parseContextKey(key: string): KeyFacts | undefined {
  if (key === NOTHING) return {}
  if (key.length > MAX_CONTEXT_KEY_LENGTH) return undefined
  const facts = new Map<KeyFact, string>()
  for (const part of key.split(',')) {
    const [name = '', text = '', rest] = part.split('=')
    const value = decode(text)
    if (!isFact(name) || facts.has(name) || value === undefined || rest !== undefined || !isValue(name, value))
      return undefined
    facts.set(name, value)
  }
  return Object.fromEntries(facts)
}

/** The one spelling of these facts, of which only those in `reads` count. */
export function contextKey(facts: KeyFacts, reads: ReadonlySet<string>): string {
  const parts = FACTS.flatMap((name) => {
    const value = facts[name] ?? ''
    const isDefault = value === '' || (name === 'device' && value === 'desktop')
    return isDefault || !reads.has(name) ? [] : [`${name}=${encode(value)}`]
  })
  return parts.length > 0 ? parts.join(',') : NOTHING
}

/** A key's facts as a decision takes them. */
export function keyContext({ device = 'desktop', ...facts }: KeyFacts): PageContext {
  return { path: '', campaign: '', referrer: '', language: '', ...facts, device: device as Device }
}
