import { mkdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { WallClock } from '../clock.ts'
import { writeDurably } from '../write-durably.ts'
import { type Chunks, readChunkFiles, soundChunks } from './chunks.ts'

/** Files of earlier builds that are kept, three a build: at most 24 MiB, some 1.5 MB as chunks are. */
const MAX_KEPT = 192

/** Options for keeping the chunks of builds. */
export interface KeepOptions {
  /** Folder in which they are kept; made when it is missing. */
  directory: string
  /** Those of this build. */
  current: Chunks
  now: WallClock
  /** Called with what does not go as it should: a page without its late chunk is as the brand made it. */
  onProblem(problem: string, cause?: unknown): void
}

/** Writes those that are missing or damaged, and marks all with the time: it is when their build was last started. */
async function keepCurrent({ directory, current, now }: KeepOptions): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const kept = soundChunks(await readChunkFiles(directory))
  const seconds = now() / 1_000
  for (const [name, bytes] of current) {
    const path = join(directory, name)
    if (!kept.has(name)) await writeDurably(path, bytes)
    await utimes(path, seconds, seconds)
  }
}

/** Reads those of earlier builds, and removes what is damaged or beyond the bound. */
async function readEarlier({ directory, current, onProblem }: KeepOptions): Promise<Chunks> {
  const files = (await readChunkFiles(directory)).filter(({ name }) => !current.has(name))
  const damaged = files.filter(({ bytes }) => !bytes)
  const sound = files.filter(({ bytes }) => bytes).sort((a, b) => b.markedMs - a.markedMs)
  for (const { name } of damaged) onProblem(`${join(directory, name)} is not what its name says: it is removed`)
  for (const { name } of [...damaged, ...sound.slice(MAX_KEPT)]) await rm(join(directory, name), { recursive: true })
  return soundChunks(sound.slice(0, MAX_KEPT))
}

/**
 * Keeps the chunks of this build for those to come, and returns them with those of earlier builds: pages hold a tag for an
 * hour, or for as long as it stands inline in them, and it asks for the chunks that it was built with.
 */
export async function keepChunks(options: KeepOptions): Promise<Chunks> {
  const { directory, current, onProblem } = options
  try {
    await keepCurrent(options)
  } catch (cause) {
    onProblem(`the scripts of this build cannot be kept in ${directory}`, cause)
  }
  try {
    return new Map([...(await readEarlier(options)), ...current])
  } catch (cause) {
    onProblem(`the scripts of earlier builds in ${directory} cannot be read`, cause)
    return current
  }
}
