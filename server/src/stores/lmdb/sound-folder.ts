import { constants } from 'node:fs'
import { chmod, type FileHandle, lstat, mkdir, open, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { WallClock } from '../../clock.ts'
import type { RowChecks } from './check-rows.ts'
import { markCleanEnd, takeCleanEnd } from './mdb-file/clean-end.ts'
import { MdbDamagedError } from './mdb-file/damage.ts'
import { setAside } from './mdb-file/set-aside.ts'
import { verifyMdb } from './mdb-file/verify.ts'

/** Files up to this size, in bytes, are read at each start, in 0.2 s; larger ones when they were not closed in order. */
const ALWAYS_VERIFIED_BYTES = 33_554_432

/** Time that reading takes at once, in ms. */
const SLICE_MS = 20

/** Time after which, and then each time that, it is told how far reading has come, in ms. */
const TELL_EVERY_MS = 2_000

/** Called with a message for the operator. */
export type Tell = (message: string) => void

/** Contents of a folder, and how they are verified. */
export interface FolderContent {
  /** For messages, as a plural: `the profiles`. */
  name: string
  /** One of them: `a profile`. */
  one: string
  createChecks(): RowChecks
}

/** Options for verifying. */
export interface VerifyOptions {
  /** Default: nobody. */
  tell?: Tell
  /** True for what a copy may have left half-made. Default false. */
  mayBeHalf?: boolean
}

async function verifyFile(
  handle: FileHandle,
  { name, createChecks }: FolderContent,
  { tell = () => undefined, mayBeHalf = false }: VerifyOptions,
): Promise<void> {
  const checks = createChecks()
  const beganMs = performance.now()
  let pauseMs = beganMs + SLICE_MS
  let tellMs = beganMs + TELL_EVERY_MS
  try {
    for (const share of verifyMdb(handle.fd, checks.onRow)) {
      const nowMs = performance.now()
      if (nowMs < pauseMs) continue
      if (nowMs >= tellMs) {
        tell(`${name} were not closed in order and are verified: ${Math.floor(share * 100)} %`)
        tellMs = nowMs + TELL_EVERY_MS
      }
      await new Promise((resolve) => setImmediate(resolve))
      pauseMs = performance.now() + SLICE_MS
    }
    if (!mayBeHalf) checks.end()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') throw new MdbDamagedError('the disk cannot read it')
    throw error
  }
}

/** @throws MdbDamagedError unless it is a file that LMDB can work with, and its rows are what was written. */
export async function verifyFolder(
  directory: string,
  content: FolderContent,
  options: VerifyOptions = {},
): Promise<void> {
  const file = join(directory, 'data.mdb')
  // Opening a pipe for reading would wait for somebody who writes.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) throw new MdbDamagedError('it is no file')
    await verifyFile(handle, content, options)
  } finally {
    await handle.close()
  }
}

/** Returns the file at a path, a link followed; undefined if there is none. */
async function find(path: string) {
  return stat(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    // A link to nothing.
    return lstat(path).catch(() => undefined)
  })
}

/** Options for preparing a folder. */
export interface SoundFolderOptions extends FolderContent {
  directory: string
  tell: Tell
  now: WallClock
}

/** A folder whose file may be mapped. */
export interface SoundFolder {
  /** Name of a file that says that something in it was not what had been written: at the next start it is set aside. */
  damagedMark: string
  /** Notes that the file was closed in order. */
  markClosed(): Promise<void>
}

/**
 * Prepares a folder that nobody else writes to, so that its file may be mapped. A damaged one would end the process by a signal as soon as it
 * is read: it is noticed before, moved aside and told, and what is made of the log takes its place. That is, after an end
 * that was not in order, or where the file has changed since; small files are read each time.
 */
export async function prepareSoundFolder({
  directory,
  tell,
  now,
  ...content
}: SoundFolderOptions): Promise<SoundFolder> {
  const file = join(directory, 'data.mdb')
  const closedFile = join(directory, 'closed')
  const damaged = join(directory, 'damaged')

  async function moveAside(path: string, why: string): Promise<void> {
    const aside = await setAside(path, now())
    tell(`${content.name} are damaged (${why}): they are kept as ${aside}, and folded anew from the log`)
  }

  /** Returns the reason why the file cannot be used; undefined if it can, or there is none. */
  async function flawOf(): Promise<string | undefined> {
    const found = await find(file)
    if (!found) return undefined
    if (!found.isFile()) return 'data.mdb is no file'
    const isClean = await takeCleanEnd(file, closedFile)
    // Not before: also a mode that stays the same changes the time of the last change.
    await chmod(file, 0o600)
    if (await find(damaged)) return `${content.one} was not what had been written`
    if (found.size > ALWAYS_VERIFIED_BYTES && isClean) return undefined
    try {
      await verifyFolder(directory, content, { tell })
      return undefined
    } catch (error) {
      if (error instanceof MdbDamagedError) return error.message
      throw error
    }
  }

  const existing = await find(directory)
  if (existing && !existing.isDirectory()) await moveAside(directory, `${basename(directory)} is no directory`)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const flaw = await flawOf()
  if (flaw !== undefined) await moveAside(file, flaw)
  await rm(damaged, { force: true, recursive: true })
  const lock = join(directory, 'lock.mdb')
  const lockFound = await find(lock)
  if (lockFound && !lockFound.isFile()) await setAside(lock, now())
  else if (lockFound) await chmod(lock, 0o600)
  return { damagedMark: damaged, markClosed: () => markCleanEnd(file, closedFile) }
}
