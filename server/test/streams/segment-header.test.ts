import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  encodeSegmentHeader,
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
} from '../../src/streams/file-log/segment-header.ts'

const MARKER = Buffer.from('marker 8')
const COPY_BYTES = SEGMENT_HEADER_BYTES / 2

/** A header of which both copies were changed, with the checksum that belongs to it. */
function changed(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(encodeSegmentHeader({ marker: MARKER, firstNumber: 7 }, 100).subarray(0, COPY_BYTES))
  change(copy)
  copy.writeUInt32LE(crc32(copy.subarray(0, 36)), 36)
  return Buffer.concat([copy, copy])
}

test.each([0, 1, 2 ** 40, Number.MAX_SAFE_INTEGER])(
  'the header of a segment at %d is read as it was written',
  (base) => {
    const header = { marker: MARKER, firstNumber: base }
    const bytes = encodeSegmentHeader(header, base)
    expect([bytes.length, readSegmentHeader(bytes, base)]).toEqual([SEGMENT_HEADER_BYTES, header])
    expect(readSegmentHeader(bytes, base + 1)).toBeUndefined()
  },
)

test('either copy is enough, also the first of a file that ends in the second', () => {
  const bytes = encodeSegmentHeader({ marker: MARKER, firstNumber: 7 }, 100)
  for (let byte = 0; byte < SEGMENT_HEADER_BYTES; byte++) {
    const damaged = Buffer.from(bytes)
    damaged[byte] = (damaged[byte] as number) ^ 0x10
    expect(readSegmentHeader(damaged, 100), `byte ${byte}`).toEqual({ marker: MARKER, firstNumber: 7 })
    const other = (byte + COPY_BYTES) % SEGMENT_HEADER_BYTES
    damaged[other] = (damaged[other] as number) ^ 0x20
    expect(readSegmentHeader(damaged, 100), `byte ${byte} of both`).toBeUndefined()
  }
  expect(readSegmentHeader(bytes.subarray(0, COPY_BYTES), 100)).toBeDefined()
})

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['half a copy', encodeSegmentHeader({ marker: MARKER, firstNumber: 7 }, 100).subarray(0, COPY_BYTES - 1)],
  ['zeros', Buffer.alloc(SEGMENT_HEADER_BYTES)],
  ['another beginning', changed((copy) => copy.write('PPLX'))],
  ['the format of before', changed((copy) => copy.writeUInt32LE(1, 4))],
  ['a format to come', changed((copy) => copy.writeUInt32LE(3, 4))],
  ['another place', changed((copy) => copy.writeBigUInt64LE(101n, 16))],
])('%s is no header, though its checksum may be right', (_name, bytes) => {
  expect(readSegmentHeader(bytes, 100)).toBeUndefined()
})
