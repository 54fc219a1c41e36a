import { expect, test } from 'vitest'
import type { TvFinding } from '../../src/tv/finding.ts'
import { crc32Mpeg2 } from '../../src/tv/scte35/crc.ts'
import { createCueReader } from '../../src/tv/scte35/cues.ts'
import { readSpliceInfo } from '../../src/tv/scte35/splice-info.ts'
import { segment, spliceCancel, spliceInsert, timeSignal } from '../support/scte35.ts'

const AT_MS = Date.UTC(2026, 9, 1)
const SECOND_MS = 1_000

function cues() {
  const findings: TvFinding[] = []
  const reader = createCueReader({ feed: 'one', onFinding: (finding) => findings.push(finding) })
  return {
    findings,
    /** Statements of a message, with times as seconds from the first. */
    take(bytes: Uint8Array, seconds: number, line?: number) {
      const statements = reader.take(readSpliceInfo(bytes), AT_MS + seconds * SECOND_MS, line)
      return statements.map(({ feed, source, ...statement }) => {
        expect([feed, source]).toEqual(['one', 'cue'])
        return JSON.parse(
          JSON.stringify(statement, (_key, value: unknown) =>
            typeof value === 'number' ? (value - AT_MS) / SECOND_MS : value,
          ),
        ) as object
      })
    },
  }
}

test('a break that is announced with its length is told once, at its start', () => {
  const { take, findings } = cues()
  const out = spliceInsert(7, { isOut: true, durationMs: 60_000 })
  expect(take(out, 0)).toEqual([{ breaks: [{ fromMs: 0, toMs: 60 }] }])
  expect(take(out, 2)).toEqual([])
  expect(take(spliceInsert(7, { isOut: false }), 60.4)).toEqual([])
  expect(findings).toEqual([])
})

test('a break that ends earlier or later than announced is told anew, for all of its time', () => {
  const { take } = cues()
  take(spliceInsert(7, { isOut: true, durationMs: 60_000 }), 0)
  expect(take(spliceInsert(7, { isOut: false }), 45)).toEqual([
    { range: { fromMs: 0, toMs: 60 }, breaks: [{ fromMs: 0, toMs: 45 }] },
  ])
  take(spliceInsert(8, { isOut: true, durationMs: 60_000 }), 100)
  expect(take(spliceInsert(8, { isOut: false }), 190)).toEqual([
    { range: { fromMs: 100, toMs: 190 }, breaks: [{ fromMs: 100, toMs: 190 }] },
  ])
})

test('a break without a length is told at its end, with a note at its start', () => {
  const { take, findings } = cues()
  expect(take(spliceInsert(7, { isOut: true }), 0, 12)).toEqual([])
  expect(take(spliceInsert(7, { isOut: false }), 30)).toEqual([{ breaks: [{ fromMs: 0, toMs: 30 }] }])
  expect(findings).toMatchObject([{ code: 'scte35_no_duration', line: 12, feed: 'one' }])
})

test('a break that is cancelled is taken back', () => {
  const { take } = cues()
  take(spliceInsert(7, { isOut: true, durationMs: 60_000 }), 0)
  expect(take(spliceCancel(7), 3)).toEqual([{ range: { fromMs: 0, toMs: 60 }, breaks: [] }])
})

test('commercials are known by their house numbers, one after the other in one break', () => {
  const { take } = cues()
  const first = segment(1, { typeId: 0x30, durationMs: 30_000, upid: 'HDCM10648' })
  expect(take(timeSignal(segment(9, { typeId: 0x22, durationMs: 60_000 }), first), 0)).toEqual([
    { breaks: [{ fromMs: 0, toMs: 60 }] },
    { spots: [{ spot: 'HDCM10648', fromMs: 0, toMs: 30 }] },
  ])
  // The next one begins with the message that ends the first, by the same event.
  const next = segment(1, { typeId: 0x30, durationMs: 30_000, upidType: 3, upid: 'ABCD1234567H' })
  expect(take(timeSignal(next, segment(1, { typeId: 0x31 })), 20)).toEqual([
    { spots: [{ spot: 'HDCM10648', fromMs: 0, toMs: 20 }] },
    { spots: [{ spot: 'ABCD1234567H', fromMs: 20, toMs: 50 }] },
  ])
  expect(take(timeSignal(segment(9, { typeId: 0x23 })), 50)).toEqual([
    { range: { fromMs: 0, toMs: 60 }, breaks: [{ fromMs: 0, toMs: 50 }] },
  ])
})

test('a commercial without a length is told at its end, and one without an id is no commercial of anybody', () => {
  const { take } = cues()
  expect(take(timeSignal(segment(1, { typeId: 0x32, upid: 'X1' })), 0)).toEqual([])
  expect(take(timeSignal(segment(1, { typeId: 0x33 })), 15)).toEqual([{ spots: [{ spot: 'X1', fromMs: 0, toMs: 15 }] }])
  expect(take(timeSignal(segment(2, { typeId: 0x30, durationMs: 30_000 })), 20)).toEqual([])
})

test('an end without a start, an end hours later and a length of hours say nothing', () => {
  const { take } = cues()
  expect(take(spliceInsert(7, { isOut: false }), 0)).toEqual([])
  expect(take(spliceInsert(8, { isOut: true, durationMs: 7_200_000 }), 0)).toEqual([])
  expect(take(spliceInsert(8, { isOut: false }), 7_200)).toEqual([])
})

test('a message with a wrong checksum, or encrypted, is told and says nothing', () => {
  const { take, findings } = cues()
  const wrong = spliceInsert(7, { isOut: true, durationMs: 60_000 })
  wrong[18] = 1
  expect(take(wrong, 0, 3)).toEqual([])
  const encrypted = spliceInsert(8, { isOut: true, durationMs: 60_000 })
  encrypted[4] = 0x80
  const checksumAt = encrypted.length - 4
  new DataView(encrypted.buffer).setUint32(checksumAt, crc32Mpeg2(encrypted, checksumAt))
  expect(take(encrypted, 0)).toEqual([])
  expect(findings).toMatchObject([{ code: 'scte35_crc', line: 3 }, { code: 'scte35_encrypted' }])
})

test('starts without end are forgotten, the oldest first', () => {
  const { take } = cues()
  for (let id = 0; id < 101; id++) take(spliceInsert(id, { isOut: true }), id)
  expect(take(spliceInsert(0, { isOut: false }), 110)).toEqual([])
  expect(take(spliceInsert(1, { isOut: false }), 110)).toEqual([{ breaks: [{ fromMs: 1, toMs: 110 }] }])
})
