import { cp, mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Event } from 'prepaint/protocol'
import { encodeRecord } from '../../../src/ingest/record.ts'
import { openSoundLmdbStore } from '../../../src/stores/lmdb/lmdb-sound.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import type { LogRecord } from '../../../src/streams/log.ts'
import { foldLog } from '../../support/fold-log.ts'

/**
 * Damages a copy of a data directory again and again, in a process of its own, which may end by a signal, and folds and reads
 * it each time. Prints each damage before it is tried, and at the end in which of them profiles were not the log's fold.
 */

/** Numbers from 0 to 1, the same for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const PAGE_BYTES = 4_096
const VISITORS = Array.from({ length: 120 }, (_, index) => `v${index}`)

function record(visitorId: string, id: number): LogRecord {
  const traits = { note: 'x'.repeat((id * 37) % (id % 9 === 0 ? 3_500 : 300)) }
  const event: Event = { type: 'identify', messageId: `m${id}`, timestamp: '', traits }
  return encodeRecord({
    kind: 'event',
    site: 'site',
    visitorId,
    receivedMs: Date.now(),
    atMs: 1_700_000_000_000 + id,
    event,
  })
}

/** Opens what is there, folds it and `more` events, and returns every profile, and what was told. */
async function run(directory: string, more: readonly LogRecord[]): Promise<{ profiles: string; told: string[] }> {
  const told: string[] = []
  const store = await openSoundLmdbStore({
    directory: join(directory, 'profiles'),
    tell: (line) => told.push(line),
    now: Date.now,
  })
  const log = await openSegments({ directory: join(directory, 'log') })
  const consumer = foldLog({ log, store, onProblem: (problem) => told.push(problem), retryAfterMs: 1 })
  for (const payload of more) await log.append([payload])
  await consumer.caughtUp()
  const rows = await Promise.all(
    VISITORS.map(async (id) => [await store.readFacts('site', id), (await store.base('site', id))?.profile]),
  )
  await consumer.stop()
  await log.close()
  await store.close()
  return { profiles: JSON.stringify(rows), told }
}

type Damage = [name: string, apply: (file: string) => Promise<void>]

async function change(file: string, edit: (bytes: Buffer) => void): Promise<void> {
  const bytes = await readFile(file)
  edit(bytes)
  const handle = await open(file, 'r+')
  await handle.write(bytes, 0, bytes.length, 0)
  await handle.close()
}

function damages(count: number, random: () => number, sizeBytes: number): Damage[] {
  const below = (limit: number): number => Math.floor(random() * limit)
  const cuts = Array.from({ length: 24 }, (_, index): Damage => {
    const size =
      index === 0
        ? 0
        : index % 3 === 0
          ? below(sizeBytes)
          : Math.floor((sizeBytes * index) / 24 / PAGE_BYTES) * PAGE_BYTES
    return [`cut to ${size}`, (file) => truncate(file, size)]
  })
  const flips = Array.from({ length: count }, (_, index): Damage => {
    const page = below(sizeBytes / PAGE_BYTES)
    const at = index % 3 === 0 ? below(2 * PAGE_BYTES) : page * PAGE_BYTES + below(index % 3 === 1 ? 64 : PAGE_BYTES)
    const bit = below(8)
    const byte = below(256)
    const length = index % 7 === 0 ? PAGE_BYTES : 1 + below(16)
    if (index % 4 === 3)
      return [
        `${length} bytes ${byte} at ${at}`,
        (file) => change(file, (bytes) => bytes.fill(byte, at, Math.min(at + length, bytes.length))),
      ]
    return [
      `bit ${bit} flipped at ${at}`,
      (file) => change(file, (bytes) => (bytes[at] = (bytes[at] as number) ^ (1 << bit))),
    ]
  })
  const whole: Damage[] = [
    ['a text', (file) => writeFile(file, 'this is no database')],
    ['zeros', (file) => writeFile(file, Buffer.alloc(sizeBytes))],
    ['garbage', (file) => writeFile(file, Buffer.from(Array.from({ length: 50_000 }, () => below(256))))],
    [
      'a directory',
      async (file) => {
        await rm(file)
        await mkdir(file)
      },
    ],
    [
      'a garbage lock file',
      (file) => writeFile(file.replace('data', 'lock'), Buffer.from(Array.from({ length: 9_000 }, () => below(256)))),
    ],
    [
      'a directory for a lock file',
      async (file) => {
        await rm(file.replace('data', 'lock'))
        await mkdir(file.replace('data', 'lock'))
      },
    ],
    [
      'a file for a directory',
      async (file) => {
        await rm(join(file, '..'), { recursive: true })
        await writeFile(join(file, '..'), 'x')
      },
    ],
    ['a first half twice', (file) => change(file, (bytes) => bytes.copyWithin(bytes.length / 2, 0, bytes.length / 2))],
  ]
  return [...cuts, ...whole, ...flips]
}

const [directory = '', seed = '1', count = '100'] = process.argv.slice(2)
const base = join(directory, 'base')
await mkdir(base)
// Folded in many commits, so that there are free pages, and values on pages of their own.
for (let round = 0; round < 4; round++) {
  await run(
    base,
    Array.from({ length: 200 }, (_, index) => record(`v${(index * 7 + round) % 120}`, round * 200 + index)),
  )
}
const more = Array.from({ length: 30 }, (_, index) => record(`v${index * 4}`, 10_000 + index))
const trial = join(directory, 'trial')
await cp(base, trial, { recursive: true })
const { profiles: expected, told: toldOfNone } = await run(trial, more)
const sizeBytes = (await readFile(join(base, 'profiles', 'data.mdb'))).length
const wrong: string[] = toldOfNone.map((line) => `nothing damaged: ${line}`)
let noticed = 0
const all = damages(Number(count), randomFrom(Number(seed)), sizeBytes)
for (const [name, apply] of all) {
  process.stdout.write(`${name}\n`)
  await rm(trial, { recursive: true, force: true })
  await cp(base, trial, { recursive: true })
  await apply(join(trial, 'profiles', 'data.mdb'))
  const { profiles, told } = await run(trial, more)
  if (profiles !== expected) wrong.push(name)
  if (told.some((line) => line.includes('damaged'))) noticed++
}
process.stdout.write(`${JSON.stringify({ tried: all.length, noticed, wrong })}\n`)
