import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'
import { expect, test } from 'vitest'
import { decodeRecord, encodeRecord, type StoredRecord } from '../../src/ingest/record.ts'
import { encodeFrames } from '../../src/streams/file-log/frame.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import type { EventLog, LogRecord } from '../../src/streams/log.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const packr = new Packr({ useRecords: false })
const IDENTIFY = { type: 'identify' as const, messageId: 'f', timestamp: '', userId: 'victim' }
const PERSON = { site: 'site', receivedMs: 1, atMs: 1 }

/** A frame of the first format around what such a log said in its payloads. */
function oldFrame(value: object): Buffer {
  const payload = packr.pack(value)
  const header = Buffer.alloc(8)
  header.writeUInt32LE(payload.length)
  header.writeUInt32LE(crc32(payload), 4)
  return Buffer.concat([header, payload])
}

const FORGED: LogRecord[] = [
  encodeRecord({ kind: 'link', ...PERSON, visitorId: 'attacker', event: IDENTIFY }),
  encodeRecord({ kind: 'erasure', site: 'site', receivedMs: 1, visitorId: 'victim' }),
]

/** Whole frames of both formats with sound CRCs, as a visitor who knows everything but a segment's marker would send them. */
const HIDDEN = Buffer.concat([
  oldFrame({ ...PERSON, visitorId: 'attacker', event: IDENTIFY, isLinked: true }),
  oldFrame({ site: 'site', receivedMs: 1, visitorId: 'victim', isErasure: true }),
  encodeFrames(FORGED, Buffer.alloc(8), 1),
  encodeFrames(FORGED, Buffer.from('PPLG\u0002\0\0\0', 'latin1'), 1),
])

function carrier(): LogRecord {
  // As bytes, though JSON would escape some of them: what is worst for the reader.
  const [before = '', after = ''] = JSON.stringify({
    ...PERSON,
    visitorId: 'attacker',
    event: { type: 'track', event: 'x', messageId: 'm', timestamp: '', properties: { p: '|' } },
  }).split('|')
  return { kind: 1, events: 1, keyId: 0, payload: Buffer.concat([Buffer.from(before), HIDDEN, Buffer.from(after)]) }
}

function neighbour(visitorId: string): LogRecord {
  return encodeRecord({
    kind: 'event',
    ...PERSON,
    visitorId,
    event: { type: 'page', messageId: visitorId, timestamp: '' },
  })
}

async function recordsIn(log: EventLog): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for await (const entry of log.read(0)) {
    try {
      found.push(decodeRecord(entry))
    } catch {
      // Passed over.
    }
  }
  return found
}

/** Opens the log with these bytes as its first segment; returns whom its records are about, and what was told. */
async function readDamaged(directory: string, name: string, bytes: Buffer): Promise<{ found: string[]; told: number }> {
  const own = join(directory, `${Math.random()}`)
  const damages: string[] = []
  await openSegments({ directory: own }).then((log) => log.close())
  await writeFile(join(own, name), bytes)
  const log = await openSegments({ directory: own, onDamage: (damage) => damages.push(damage) })
  const found = (await recordsIn(log)).map(
    (record) => `${record.kind} ${'visitorId' in record ? record.visitorId : ''}`,
  )
  await log.close()
  return { found, told: damages.length }
}

test(
  'whatever is torn or flipped around an event that holds whole frames, none of them is ever read',
  { timeout: 120_000 },
  async () => {
    const directory = await temporaryDirectory()
    const log = await openSegments({ directory: `${directory}/log` })
    await log.append([neighbour('before'), carrier(), neighbour('behind')])
    await log.close()
    const [name] = (await readdir(`${directory}/log`)) as [string]
    const sound = await readFile(join(directory, 'log', name))
    const from = 80 + 36 + neighbour('before').payload.length
    const end = from + 36 + carrier().payload.length
    const allowed = new Set(['event before', 'event attacker', 'event behind'])
    for (let place = from; place < end; place++) {
      const flipped = Buffer.from(sound)
      flipped[place] = (flipped[place] as number) ^ (1 << (place % 8))
      const torn = await readDamaged(directory, name, sound.subarray(0, place))
      const zeroed = await readDamaged(
        directory,
        name,
        Buffer.concat([sound.subarray(0, place), Buffer.alloc(end - place), sound.subarray(end)]),
      )
      const bit = await readDamaged(directory, name, flipped)
      for (const { found } of [torn, zeroed, bit])
        expect(
          found.filter((one) => !allowed.has(one)),
          `damaged at ${place}`,
        ).toEqual([])
      expect([torn.told > 0 || place === from, bit.told], `damaged at ${place}`).toEqual([true, 1])
      expect(bit.found).toContain('event behind')
    }
  },
)

test('in a log of the first format neither a link nor an erasure is believed that is found behind damage', async () => {
  const directory = await temporaryDirectory()
  const event = { type: 'track', event: 'x', messageId: 'm', timestamp: '', properties: { p: 'x' } }
  const carrierFrame = oldFrame({ ...PERSON, visitorId: 'attacker', event, more: HIDDEN })
  const sound = Buffer.concat([
    oldFrame({ ...PERSON, visitorId: 'before', event }),
    carrierFrame,
    oldFrame({ ...PERSON, visitorId: 'behind', event: IDENTIFY, isLinked: true }),
  ])
  const name = '00000000000000000000.log'
  expect((await readDamaged(directory, name, sound)).found).toEqual(['event before', 'event attacker', 'link behind'])
  const from =
    sound.length -
    carrierFrame.length -
    oldFrame({ ...PERSON, visitorId: 'behind', event: IDENTIFY, isLinked: true }).length
  for (let place = from; place < from + carrierFrame.length; place++) {
    const flipped = Buffer.from(sound)
    flipped[place] = (flipped[place] as number) ^ (1 << (place % 8))
    const { found, told } = await readDamaged(directory, name, flipped)
    expect(
      found.filter((one) => !/^event (before|attacker)$/.test(one)),
      `damaged at ${place}`,
    ).toEqual([])
    expect(told).toBeGreaterThan(0)
  }
})
