import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createZone, createZones } from '../../src/tv/zone.ts'

const at = (text: string): number => Date.parse(`${text}Z`)
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16))

function instant(zone: string, local: string) {
  const { ms, kind, againMs } = createZone(zone).instantOf(at(local))
  return [iso(ms), kind, iso(againMs)]
}

test.each([
  ['Europe/London', '2015-07-01T12:00', '2015-07-01T11:00'],
  ['Europe/London', '2015-12-01T12:00', '2015-12-01T12:00'],
  ['America/Los_Angeles', '2026-11-29T23:30', '2026-11-30T07:30'],
  ['Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15'],
  ['Pacific/Auckland', '2026-01-01T06:00', '2025-12-31T17:00'],
])('in %s %s is %s in UTC', (zone, local, utc) => {
  expect(instant(zone, local)).toEqual([utc, 'once', undefined])
})

test.each([
  ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30'],
  ['America/New_York', '2026-03-08T02:00', '2026-03-08T07:00'],
  ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45'],
  // A whole day was left out.
  ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T22:00'],
])('in %s clocks skip %s: it is read with the offset before', (zone, local, utc) => {
  expect(instant(zone, local)).toEqual([utc, 'skipped', undefined])
})

test.each([
  ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30', '2026-10-25T01:30'],
  ['America/New_York', '2026-11-01T01:00', '2026-11-01T05:00', '2026-11-01T06:00'],
  ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45', '2026-04-04T15:15'],
])('in %s %s comes twice: the first is taken, and the second told', (zone, local, utc, again) => {
  expect(instant(zone, local)).toEqual([utc, 'twice', again])
})

test('the minutes around a change are exact', () => {
  expect(instant('Europe/Berlin', '2026-03-29T01:59')).toEqual(['2026-03-29T00:59', 'once', undefined])
  expect(instant('Europe/Berlin', '2026-03-29T03:00')).toEqual(['2026-03-29T01:00', 'once', undefined])
  expect(instant('Europe/Berlin', '2026-10-25T01:59')).toEqual(['2026-10-24T23:59', 'once', undefined])
  expect(instant('Europe/Berlin', '2026-10-25T03:00')).toEqual(['2026-10-25T02:00', 'once', undefined])
})

test('every instant is found again by its local time, in any zone', () => {
  const zones = ['Europe/London', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Tehran', 'UTC']
  const ms = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })
  fc.assert(
    fc.property(fc.constantFrom(...zones), ms, (name, utc) => {
      const text = new Date(utc).toLocaleString('sv-SE', { timeZone: name })
      const second = Math.floor(utc / 1_000) * 1_000
      const { ms: found, againMs } = createZone(name).instantOf(at(text.replace(' ', 'T')))
      expect([found, againMs]).toContain(second)
    }),
  )
})

test('a name that is no zone has none', () => {
  const zones = createZones()
  expect(zones('Mars/Olympus')).toBeUndefined()
  expect(zones('Europe/Paris')).toBe(zones('Europe/Paris'))
})
