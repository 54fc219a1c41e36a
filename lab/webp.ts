/** A part of an animation: what it covers of the pictures before it, and for how long it is the newest. */
export interface WebpFrame {
  /** Left and top, in px: even numbers, as the format has half of them. */
  x: number
  y: number
  width: number
  height: number
  durationMs: number
  /** A WebP file with one lossy picture, as browsers write it. */
  file: Buffer
}

const ANIMATION_FLAG = 0x02
const DO_NOT_BLEND = 0x02

/** Number of three bytes, the lowest first. */
function threeBytes(number: number): Buffer {
  const bytes = Buffer.alloc(3)
  bytes.writeUIntLE(number, 0, 3)
  return bytes
}

/** Chunk of a RIFF file; one of an odd length is padded. */
function chunk(name: string, ...content: Buffer[]): Buffer {
  const data = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

/** Returns the picture's own chunk of a WebP file. */
function pictureOf(file: Buffer): Buffer {
  for (let at = 12; at + 8 <= file.length;) {
    const length = file.readUInt32LE(at + 4)
    const endAt = at + 8 + length + (length % 2)
    if (file.toString('latin1', at, at + 4) === 'VP8 ') return file.subarray(at, endAt)
    at = endAt
  }
  throw new Error('The file has no lossy picture.')
}

/** Joins pictures to an animation that is repeated for ever (WebP Container Specification, "Animation"). */
export function animate(size: { width: number; height: number }, frames: readonly WebpFrame[]): Buffer {
  const canvas = [threeBytes(size.width - 1), threeBytes(size.height - 1)]
  const white = Buffer.alloc(4, 0xff)
  const forEver = Buffer.alloc(2)
  const chunks = [
    chunk('VP8X', Buffer.from([ANIMATION_FLAG, 0, 0, 0]), ...canvas),
    chunk('ANIM', white, forEver),
    ...frames.map(({ x, y, width, height, durationMs, file }) =>
      chunk(
        'ANMF',
        ...[x / 2, y / 2, width - 1, height - 1, durationMs].map(threeBytes),
        Buffer.from([DO_NOT_BLEND]),
        pictureOf(file),
      ),
    ),
  ]
  return chunk('RIFF', Buffer.from('WEBP'), ...chunks)
}
