import { TvInputError } from '../finding.ts'

/** Reads numbers, most significant byte first, and nothing behind its end. */
export class ByteReader {
  readonly bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  /** Steps over bytes; returns where they begin. */
  skip(count: number): number {
    const { at } = this
    if (count > this.left)
      throw new TvInputError('scte35_truncated', `ends after ${this.bytes.length} bytes, within a field`)
    this.at = at + count
    return at
  }

  u8(): number {
    return this.bytes[this.skip(1)] as number
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8()
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  /** A number of 33 bits, the first of them the last of its byte. */
  u33(): number {
    return (this.u8() & 1) * 0x100000000 + this.u32()
  }

  u40(): number {
    return this.u8() * 0x100000000 + this.u32()
  }

  /** Returns a reader of the next bytes alone. */
  part(count: number): ByteReader {
    const at = this.skip(count)
    return new ByteReader(this.bytes, at, at + count)
  }
}
