import { type Fields, fieldsOf } from './as-meant.ts'

/** Segment's consent object: what it says of each category. Whatever is not exactly `true` is no consent. */
function allowsSegments(consent: unknown, needed: readonly string[] | undefined): boolean {
  const preferences = fieldsOf(fieldsOf(consent)?.['categoryPreferences']) ?? {}
  const names = needed ?? Object.keys(preferences)
  return names.length > 0 && names.every((name) => Object.hasOwn(preferences, name) && preferences[name] === true)
}

function listOf(consent: Fields, field: string): readonly unknown[] | undefined {
  const value = consent[field] ?? []
  return Array.isArray(value) ? value : undefined
}

/** RudderStack's: lists of what is allowed and what is denied. It leaves out what it does not know. */
function allowsRudderStacks(consent: unknown, needed: readonly string[] | undefined): boolean {
  const fields = fieldsOf(consent)
  const [allowed, denied] = fields ? [listOf(fields, 'allowedConsentIds'), listOf(fields, 'deniedConsentIds')] : []
  if (!allowed || !denied) return false
  if (!needed) return denied.length === 0
  return needed.every((name) => !denied.includes(name) && (allowed.length === 0 || allowed.includes(name)))
}

/**
 * True when nothing that came with a message forbids to keep it. A message that says nothing of consent is its sender's to answer
 * for; one that does is kept only if each category that is needed is allowed, by default each that it names. What cannot be read
 * is no consent.
 * @param context the message's, or the batch's
 * @param needed what the catalog says that we need
 */
export function allowsKeeping(context: unknown, needed: readonly string[] | undefined): boolean {
  const { consent, consentManagement } = fieldsOf(context) ?? {}
  const isSegments = consent === undefined || allowsSegments(consent, needed)
  return isSegments && (consentManagement === undefined || allowsRudderStacks(consentManagement, needed))
}
