import { crc32 } from 'node:zlib'
import { ProfileDamagedError } from '../profiles/codec.ts'
import type { SiteDefinitions } from '../profiles/features/definitions.ts'

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}

/** A site's definitions as stores keep them: a checksum, and JSON behind it. */
export function encodeDefinitions(definitions: SiteDefinitions): string {
  const json = JSON.stringify(definitions)
  return `${checksumOf(json)} ${json}`
}

/** Reverses {@link encodeDefinitions}. @throws ProfileDamagedError for a text that is not what was written. */
export function decodeDefinitions(text: unknown): SiteDefinitions {
  const json = typeof text === 'string' ? text.slice(9) : ''
  if (text !== `${checksumOf(json)} ${json}`)
    throw new ProfileDamagedError('stored definitions are not what was written')
  return JSON.parse(json) as SiteDefinitions
}
