import { inflateSync } from 'node:zlib'

/** A decoded picture. */
export interface Picture {
  width: number
  height: number
  /** Bytes per pixel: 3 (RGB) or 4 (RGBA). */
  channels: 3 | 4
  /** Row by row from the top. */
  pixels: Uint8Array
}

const SIGNATURE_BYTES = 8

/** Joins the picture's data; chunks are length, type, data, checksum (PNG specification, 5.3). */
function compressedData(png: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = SIGNATURE_BYTES; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const dataAt = at + 8
    const isData = png.toString('latin1', at + 4, dataAt) === 'IDAT'
    if (isData) parts.push(png.subarray(dataAt, dataAt + png.readUInt32BE(at)))
  }
  return Buffer.concat(parts)
}

/** The neighbour that is nearest to left + up - upLeft (9.4). */
function paeth(left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft
  const [byLeft, byUp, byUpLeft] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)]
  if (byLeft <= byUp && byLeft <= byUpLeft) return left
  return byUp <= byUpLeft ? up : upLeft
}

/** Values that each filter type adds to a byte (9.2). */
const filters = [
  () => 0,
  (left: number) => left,
  (_left: number, up: number) => up,
  (left: number, up: number) => (left + up) >> 1,
  paeth,
]

/** Undoes the filters; each row is preceded by its filter type. */
function unfilter(rows: Buffer, size: { rowBytes: number; height: number; channels: number }): Uint8Array {
  const { rowBytes, height, channels } = size
  const pixels = new Uint8Array(rowBytes * height)
  for (let y = 0; y < height; y++) {
    const filter = filters[rows[y * (rowBytes + 1)] ?? 0] ?? paeth
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x
      const left = x < channels ? 0 : (pixels[at - channels] ?? 0)
      const up = pixels[at - rowBytes] ?? 0
      const upLeft = x < channels ? 0 : (pixels[at - rowBytes - channels] ?? 0)
      pixels[at] = (rows[y * (rowBytes + 1) + 1 + x] ?? 0) + filter(left, up, upLeft)
    }
  }
  return pixels
}

/** Decodes what browsers write: 8 bits a channel, RGB or RGBA, not interlaced. */
export function decodePng(png: Buffer): Picture {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const [depth, colorType, interlace] = [png[24], png[25], png[28]]
  if (depth !== 8 || (colorType !== 2 && colorType !== 6) || interlace) {
    throw new RangeError(`PNG of depth ${depth}, colour type ${colorType}: only 8-bit RGB(A), not interlaced, is read.`)
  }
  const channels = colorType === 2 ? 3 : 4
  const rows = inflateSync(compressedData(png))
  return { width, height, channels, pixels: unfilter(rows, { rowBytes: width * channels, height, channels }) }
}
