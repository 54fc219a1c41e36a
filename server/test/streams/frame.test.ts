import { expect, test } from 'vitest'
import {
  encodeFrames,
  frameBytes,
  HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  readHeader,
} from '../../src/streams/file-log/frame.ts'
import type { LogRecord } from '../../src/streams/log.ts'
import { openLog, texts } from '../support/open-log.ts'

const MARKER = Buffer.from('marker 8')
const record = (more: Partial<LogRecord> = {}): LogRecord => ({
  kind: 1,
  events: 1,
  keyId: 0,
  payload: Buffer.from('payload'),
  ...more,
})

test.each<[string, Partial<LogRecord>, number]>([
  ['the least', { events: 0, payload: Buffer.alloc(1) }, 0],
  [
    'the most',
    { kind: 255, events: 0xffff_ffff, keyId: 0xffff, payload: Buffer.alloc(MAX_PAYLOAD_BYTES) },
    2 ** 48 - 1,
  ],
])('a frame says %s that a record may have', (_name, more, number) => {
  const { payload, ...fields } = record(more)
  const bytes = encodeFrames([{ ...fields, payload }], MARKER, number)
  expect([bytes.length, frameBytes({ ...fields, payload })]).toEqual([HEADER_BYTES + payload.length, bytes.length])
  expect(readHeader(bytes, MARKER)).toMatchObject({ ...fields, number, payloadBytes: payload.length, isHealed: false })
})

const unfit: [string, Partial<LogRecord>][] = [
  ['an empty payload', { payload: Buffer.alloc(0) }],
  ['a payload of a byte more', { payload: Buffer.alloc(MAX_PAYLOAD_BYTES + 1) }],
  ['the kind of what says its kind itself', { kind: 0 }],
  ['a kind of two bytes', { kind: 256 }],
  ['a negative kind', { kind: -1 }],
  ['a kind that is no number', { kind: Number.NaN }],
  ['a key of three bytes', { keyId: 0x1_0000 }],
  ['a negative key', { keyId: -1 }],
  ['more events than four bytes count', { events: 2 ** 32 }],
  ['a negative count of events', { events: -1 }],
]

test.each(unfit)('a record of %s is refused alone: what is appended beside it is kept', async (_name, more) => {
  expect(() => frameBytes(record(more))).toThrow(RangeError)
  const { log } = await openLog()
  // The first is under way while the others wait, and go together in the next write.
  const results = await Promise.allSettled([record(), record(), record(more), record()].map((one) => log.append([one])))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(await texts(log)).toHaveLength(3)
  await log.close()
})

test('no frames are no bytes, and several stand one behind the other with numbers that follow', () => {
  expect(encodeFrames([], MARKER, 0)).toHaveLength(0)
  const bytes = encodeFrames([record(), record({ payload: Buffer.from('x') })], MARKER, 7)
  const first = readHeader(bytes, MARKER)
  const second = readHeader(bytes.subarray(HEADER_BYTES + (first?.payloadBytes ?? 0)), MARKER)
  expect([first?.number, second?.number, second?.payloadBytes]).toEqual([7, 8, 1])
})

test('a header is read where all of it is there, and by its own marker alone', () => {
  const bytes = encodeFrames([record()], MARKER, 0)
  for (const length of [0, 1, HEADER_BYTES - 1]) expect(readHeader(bytes.subarray(0, length), MARKER)).toBeUndefined()
  expect(readHeader(bytes.subarray(0, HEADER_BYTES), MARKER)).toBeDefined()
  expect(readHeader(bytes.subarray(1), MARKER)).toBeUndefined()
  expect(readHeader(bytes, Buffer.from('marker 9'))).toBeUndefined()
  expect(readHeader(Buffer.alloc(HEADER_BYTES), MARKER)).toBeUndefined()
  expect(readHeader(Buffer.alloc(HEADER_BYTES, 0xff), MARKER)).toBeUndefined()
})

test('one wrong bit of a header is righted, wherever it is, and two are not taken for anything', () => {
  const sound = encodeFrames([record({ keyId: 2, events: 3 })], MARKER, 5)
  const header = readHeader(sound, MARKER)
  const flip = (bytes: Buffer, bit: number): Buffer => {
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
    return bytes
  }
  for (let bit = 0; bit < HEADER_BYTES * 8; bit++) {
    const flipped = flip(Buffer.from(sound), bit)
    expect(readHeader(flipped, MARKER), `bit ${bit}`).toEqual({ ...header, isHealed: true })
    // What was read stays as it is: who reads does not write.
    expect(flipped.equals(flip(Buffer.from(sound), bit))).toBe(true)
    expect(readHeader(flip(flipped, (bit + 9) % (HEADER_BYTES * 8)), MARKER), `bit ${bit} and another`).toBeUndefined()
  }
})
