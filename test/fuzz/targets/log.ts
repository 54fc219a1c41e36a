import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeRecord, encodeRecord, type StoredRecord, type VisitorRecord } from '../../../server/src/ingest/record.ts'
import { openSegments } from '../../../server/src/streams/file-log/segments.ts'
import type { EventLog } from '../../../server/src/streams/log.ts'
import { encodeOldFrame, oldPayload } from '../old-log.ts'
import { promise, type Target } from '../target.ts'

const atMs = Date.UTC(2026, 10, 28)

const base = { site: 'shop', visitorId: 'visitor-1', receivedMs: atMs }
const stamp = { messageId: 'm-1', timestamp: new Date(atMs).toISOString() }
const nobody = { ...base, visitorId: 'victim' }

/** A frame of the first format, as a visitor would hide it in a property. */
const hidden = encodeOldFrame(oldPayload({ ...nobody, isErasure: true })).toString('latin1')

/** Records as our logs hold them. */
const records: readonly VisitorRecord[] = [
  { kind: 'event', ...base, atMs, event: { ...stamp, type: 'page', name: 'Home' } },
  {
    kind: 'event',
    ...base,
    atMs,
    event: { ...stamp, type: 'track', event: 'constructor', properties: { toJSON: 1, hidden } },
  },
  { kind: 'event', ...base, atMs, event: { ...stamp, type: 'identify', traits: { plan: 'pro' } } },
  { kind: 'erasure', ...base },
]

/** The same as the first format wrote them: what they are stands in the payload. */
const oldRecords = records.map(({ kind, ...rest }) =>
  oldPayload(kind === 'erasure' ? { ...rest, isErasure: true } : rest),
)

const nameOf = (record: StoredRecord): string =>
  `${record.kind} of ${'visitorId' in record ? record.visitorId : record.site}`

/** By payload: what it is. */
const known = new Map<string, string>([
  ...records.map((record) => [Buffer.from(encodeRecord(record).payload).toString('latin1'), nameOf(record)] as const),
  ...oldRecords.map(
    (payload, index) => [Buffer.from(payload).toString('latin1'), nameOf(records[index] as VisitorRecord)] as const,
  ),
])

/** A log's first file as it is written today. */
async function writtenFile(): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-fuzz-'))
  const log = await openSegments({ directory })
  for (const record of records) await log.append([encodeRecord(record)])
  await log.close()
  const name = (await readdir(directory)).find((entry) => entry.startsWith('0'.repeat(20))) as string
  const bytes = await readFile(join(directory, name))
  await rm(directory, { recursive: true })
  return bytes
}

/** Every payload that is read was written by us, and is what we said that it is. */
async function check(log: EventLog): Promise<void> {
  for await (const entry of log.read(0)) {
    const payload = Buffer.from(entry.payload).toString('latin1')
    let found: string
    try {
      found = nameOf(decodeRecord(entry))
    } catch {
      continue
    }
    promise(known.get(payload) === found, `the log gives ${found}, which nobody has written`)
  }
}

async function open(directory: string, extension: string, input: Uint8Array): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory)
  await writeFile(join(directory, `${'0'.repeat(20)}.${extension}`), input)
  const log = await openSegments({ directory, onDamage: () => undefined })
  await check(log)
  const last = encodeRecord(records[0] as StoredRecord)
  const offset = await log.append([last])
  let isThere = false
  for await (const { payload } of log.read(offset)) isThere ||= Buffer.from(payload).equals(last.payload)
  await log.close()
  promise(isThere, `what is appended behind damage in a .${extension} is not read`)
}

/** Whatever becomes of a file of the log, the log opens, takes a record and gives back only what was written. */
export async function createLogTarget(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-fuzz-'))
  return {
    name: 'log',
    seeds: [await writtenFile(), Buffer.concat(oldRecords.map(encodeOldFrame))],
    words: [hidden, '\x01\0\0\0', '\xff\xff\xff\xff'],
    async run(input) {
      // In today's format and in the first one.
      for (const extension of ['seg', 'log']) await open(directory, extension, input)
    },
    close: () => rm(directory, { recursive: true, force: true }),
  }
}
