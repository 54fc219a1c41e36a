import { expect, test } from 'vitest'
import { tvFormatOf } from '../../src/tv/format.ts'

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le')

test.each([
  ['xmltv', Buffer.from('<?xml version="1.0"?><tv>')],
  ['xmltv', Buffer.from('\uFEFF\n<tv>')],
  ['xmltv', utf16('<?xml version="1.0"?>')],
  ['hls', Buffer.from('#EXTM3U\n#EXT-X-VERSION:3')],
  ['hls', Buffer.from('# An example\n\n#EXTM3U\n')],
  ['scte35', Buffer.from('fc3011', 'hex')],
  ['scte35-text', Buffer.from('/DARAAAAAAAAAP/wAAAAAHpPv/8=\n')],
  ['scte35-text', Buffer.from('# comment\n0xFC30110000000000FFFFF000000000')],
  ['scte35-text', Buffer.from('2026-10-01T00:00:00Z /DARAAAAAAAAAP/wAAAAAHpPv/8=')],
  ['csv', Buffer.from('feed,timestamp,spot,duration')],
  ['csv', utf16('feed;spot')],
  ['csv', Buffer.from('')],
])('a file of %s is known by its first bytes, whatever its name', (format, head) => {
  expect(tvFormatOf(head)).toBe(format)
})
