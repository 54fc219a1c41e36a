import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Look, look } from './look.ts'

/** Options for reading a file that may still be written. */
export interface StableOptions {
  look?: Look
  read?: (file: string) => Promise<Uint8Array>
  wait?: (ms: number) => Promise<unknown>
}

/** For so long nothing may happen to a file before it is read, in ms: editors write in several steps. */
const QUIET_MS = 100

/** The same for a file that looks unfinished: one that is empty, is gone, or whose last line has no end. */
const UNFINISHED_MS = 2_000

const NEWLINE = 0x0a

async function unchanged(
  file: string,
  ms: number,
  seen: string,
  { look: seeing, wait }: Required<StableOptions>,
): Promise<boolean> {
  await wait(ms)
  return (await seeing(file)) === seen
}

/**
 * Reads a file once nobody is writing it. A part of a catalog is often a sound catalog, so that its content alone cannot tell.
 * @throws what reading throws, when the file is still gone after a while.
 */
export async function readStable(
  file: string,
  options: StableOptions = {},
): Promise<{ bytes: Uint8Array; seen: string }> {
  const { look: seeing = look, read = readFile, wait = (ms) => sleep(ms, undefined, { ref: false }) } = options
  const given = { look: seeing, read, wait }
  for (;;) {
    const seen = await seeing(file)
    if (!(await unchanged(file, QUIET_MS, seen, given))) continue
    const bytes = await read(file).catch((error: unknown) => error as Error)
    const isWhole = !(bytes instanceof Error) && bytes.at(-1) === NEWLINE
    if (!(await unchanged(file, isWhole ? 0 : UNFINISHED_MS, seen, given))) continue
    if (bytes instanceof Error) throw bytes
    return { bytes, seen }
  }
}
