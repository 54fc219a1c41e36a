import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSoundLmdbStore } from '../../../src/stores/lmdb/lmdb-sound.ts'

/**
 * Flips a bit of every byte of the states that an LMDB file begins with, in a process of its own, which may end by a signal, and
 * opens, reads and writes it each time. The file holds as many transactions as the second argument says: its last one lies in the
 * first page or in the second. Prints each flip before it is tried, and at the end how many were noticed.
 */
const [directory = '', transactions = '2'] = process.argv.slice(2)
const last = Number(transactions)

/** Offsets of the three states, and the counted parts of each. */
const STATES = [0, 2_048, 4_096]
const PAGE_HEADER_BYTES = 24
const STATE_BYTES = 152

async function cycle(offsets: readonly number[]): Promise<{ offset: number; told: string[] }> {
  const told: string[] = []
  const store = await openSoundLmdbStore({ directory, tell: (line) => told.push(line), now: () => 0 })
  const before = await store.resumePoint()
  for (const offset of offsets) {
    await store.commit(
      [{ site: 'site', visitorId: `v${offset}`, profile: undefined, position: { epoch: 0, offset, writtenUs: 1 } }],
      { epoch: 0, offset },
    )
  }
  await store.close()
  return { offset: before.offset, told }
}

await cycle(Array.from({ length: last }, (_, index) => index + 1))
const sound = await readFile(join(directory, 'data.mdb'))
const wrong: string[] = []
let noticed = 0
const places = STATES.flatMap((state) =>
  Array.from({ length: STATE_BYTES }, (_, index) => state + PAGE_HEADER_BYTES + index),
)
for (const at of places) {
  const bit = (at * 3) % 8
  process.stdout.write(`bit ${bit} flipped at ${at}\n`)
  await rm(directory, { recursive: true, force: true })
  await cycle([])
  const bytes = Buffer.from(sound)
  bytes[at] = (bytes[at] as number) ^ (1 << bit)
  await writeFile(join(directory, 'data.mdb'), bytes)
  const { offset, told } = await cycle([last + 1])
  if (told.some((line) => line.includes('damaged'))) noticed++
  // Without a word it is the last state, or the one before it.
  else if (offset !== last && offset !== last - 1) wrong.push(`bit ${bit} at ${at}: ${offset}`)
}
process.stdout.write(`${JSON.stringify({ tried: places.length, noticed, wrong })}\n`)
