import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TvInputError } from '../../src/tv/finding.ts'
import { crc32Mpeg2 } from '../../src/tv/scte35/crc.ts'
import { bytesOfText } from '../../src/tv/scte35/from-text.ts'
import { readSpliceInfo } from '../../src/tv/scte35/splice-info.ts'
import { spliceInfo, timeSignal } from '../support/scte35.ts'

const DATA = new URL('../../../test/data/tv/scte35-base64.txt', import.meta.url)
const texts = readFileSync(DATA, 'utf8').trim().split('\n')
const samples = texts.map(bytesOfText)

function codeOf(bytes: Uint8Array): string {
  try {
    readSpliceInfo(bytes)
    return 'read'
  } catch (error) {
    if (error instanceof TvInputError) return error.code
    throw error
  }
}

test('of 30 messages that programs of others were tested with, all are read and 29 have a right checksum', () => {
  const infos = samples.map(readSpliceInfo)
  expect(infos).toHaveLength(30)
  expect(infos.flatMap(({ isCrcValid }, at) => (isCrcValid ? [] : [at + 1]))).toEqual([3])
  const kinds = infos.map(({ command }) => command.kind)
  const countOf = (kind: string): number => kinds.filter((other) => other === kind).length
  expect(['insert', 'time', 'null', 'private'].map(countOf)).toEqual([9, 19, 1, 1])
})

test('a splice_insert has its event, its way, its time and its length', () => {
  expect(readSpliceInfo(samples[1] as Uint8Array)).toEqual({
    ...{ isCrcValid: true, isEncrypted: false, ptsAdjustment: 0x52dbe600 },
    command: { kind: 'insert', eventId: 2920834, isCancelled: false, isOut: true, pts: 824971121, durationMs: 60_000 },
    segmentations: [],
  })
})

test('segments have their kinds, lengths and ids: texts as texts, numbers as digits, several in one', () => {
  const ofSample = (line: number) =>
    readSpliceInfo(samples[line - 1] as Uint8Array).segmentations.map(({ typeId, durationMs, upids }) => [
      typeId,
      durationMs,
      upids.map(({ type, text }) => `${type} ${text}`),
    ])
  expect(ofSample(1)).toEqual([[0x34, 307_000, ['8 000000002ca0a18a']]])
  expect(ofSample(22)).toEqual([[0x31, 14_968, ['15 urn:nbcuni.com:brc:499866434']]])
  expect(ofSample(28)).toEqual([
    [0x21, undefined, ['1 HD112348T1']],
    [0x34, 300_000, ['1 HDCM10648']],
    [0x30, 29_997, ['1 HDCM10648']],
  ])
  expect(ofSample(27)[0]?.[2]).toEqual([
    ...['10 14778be5e3f6000000000000', '10 14778be5e3f6000000000000'],
    '9 SIGNAL:Ly9EMGxKR0hFZUtpMHdCUVZnRUFnZz1',
  ])
})

test('base64 with and without its padding, base64url and hexadecimal digits are the same bytes', () => {
  const [text = ''] = texts
  const bytes = bytesOfText(text)
  const hex = Buffer.from(bytes).toString('hex')
  const url = Buffer.from(bytes).toString('base64url')
  for (const other of [text.replace(/=+$/, ''), url, hex, `0x${hex.toUpperCase()}`, ` ${text}\r\n`])
    expect(Buffer.from(bytesOfText(other)).toString('hex')).toBe(hex)
})

test.each(['', 'no text!', '/DA0…', 'x'.repeat(20_000)])('text that is no message is refused with a code', (text) => {
  expect(() => bytesOfText(text)).toThrow(expect.objectContaining({ code: 'scte35_text' }) as Error)
})

test('the checksum is CRC-32/MPEG-2, as its catalogue has it for "123456789"', () => {
  // https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-mpeg-2
  expect(crc32Mpeg2(Buffer.from('123456789'))).toBe(0x0376e6e7)
})

test('a bit that was changed anywhere is noticed by the checksum, or keeps the message from being read', () => {
  const whole = fc.constantFrom(...samples.filter((_bytes, at) => at !== 2))
  fc.assert(
    fc.property(whole, fc.nat(), fc.nat(7), (bytes, place, bit) => {
      const changed = Uint8Array.from(bytes)
      const at = place % changed.length
      changed[at] = (changed[at] as number) ^ (1 << bit)
      const code = codeOf(changed)
      if (code === 'read') expect(readSpliceInfo(changed).isCrcValid).toBe(false)
      else expect(code).toMatch(/^scte35_(table|truncated)$/)
    }),
    { numRuns: 2_000 },
  )
})

test('a message that is cut anywhere says that it is', () => {
  for (const bytes of samples) {
    for (let length = 0; length < bytes.length; length++)
      expect(codeOf(bytes.subarray(0, length))).toBe('scte35_truncated')
  }
})

test('a message is read to its own end: what stuffs its packet is left alone', () => {
  const [bytes = new Uint8Array()] = samples
  expect(readSpliceInfo(Uint8Array.from([...bytes, ...Array<number>(100).fill(0xff)]))).toEqual(readSpliceInfo(bytes))
})

test('any bytes are read, or refused with a code', () => {
  const body = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(body, fc.boolean(), fc.nat(255), (bytes, isSection, type) => {
      const input = isSection ? spliceInfo(type, [...bytes.subarray(0, 20)], [...bytes.subarray(20)]) : bytes
      expect(codeOf(input)).toMatch(/^(read|scte35_table|scte35_truncated)$/)
    }),
    { numRuns: 2_000 },
  )
})

test('of an encrypted message nothing is read, and a descriptor of somebody else is passed over', () => {
  const bytes = timeSignal([0x01, 6, 0x41, 0x42, 0x43, 0x44, 1, 2])
  expect(readSpliceInfo(bytes).segmentations).toEqual([])
  bytes[4] = 0x80
  expect(readSpliceInfo(bytes)).toMatchObject({ isEncrypted: true, command: { kind: 'other' } })
})
