/** Formats of airing data. */
export const TV_FORMATS = ['xmltv', 'csv', 'scte35', 'scte35-text', 'hls'] as const

/** Format of a file of airing data. */
export type TvFormat = (typeof TV_FORMATS)[number]

/** Bytes that tell a format. */
export const FORMAT_BYTES = 4_096

/** A message as text, with a time before it or not: base64 of 0xFC begins with `/`. */
const MESSAGE = /^(\S+\s+)?(\/[A-D][\w+/-]{14,}={0,2}|(0x)?fc[\da-f]{20,})\s*$/i

/** Returns the format that a file's first bytes say, whatever its name is. What looks like nothing else is a log in CSV. */
export function tvFormatOf(head: Buffer): TvFormat {
  if (head[0] === 0xfc) return 'scte35'
  // Without its zeros, UTF-16 of these formats is read as well as UTF-8.
  const text = head
    .toString('latin1')
    .replace(/\0/g, '')
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
  if (/^\s*</.test(text)) return 'xmltv'
  if (/^\s*(#[^\n]*\n\s*)*#EXTM3U\b/.test(text)) return 'hls'
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#'))
  return first !== undefined && MESSAGE.test(first) ? 'scte35-text' : 'csv'
}
