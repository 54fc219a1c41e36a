/** The longest text that is compared as a version: visitors write them, and each part of one takes time. */
const MAX_LENGTH = 256

/**
 * A version as a text whose order as text is the order of versions, after GrowthBook's SDK specification: build
 * metadata and a leading `v` go, numbers are padded, and a release (`~`) follows its pre-releases.
 * @returns undefined for a text that is too long to be one
 */
export function sortableVersion(version: string | number): string | undefined {
  const text = String(version)
  if (text.length > MAX_LENGTH) return undefined
  const [plain = ''] = text.replace(/^v/, '').split('+')
  const parts = (plain || '0').split(/[-.]/)
  if (parts.length === 3) parts.push('~')
  return parts.map((part) => (/^[0-9]+$/.test(part) ? part.padStart(5, ' ') : part)).join('-')
}
