import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Damaged files that are kept of each name; what they hold is personal, and a disk is finite. */
const KEPT = 2

/** Moves something damaged aside under a name that says when, and removes what was moved long before. Returns the new path. */
export async function setAside(path: string, nowMs: number): Promise<string> {
  const prefix = `${basename(path)}.damaged-`
  const time = new Date(nowMs).toISOString().replaceAll(':', '-')
  const aside = join(dirname(path), prefix + time)
  await rm(aside, { force: true, recursive: true })
  await rename(path, aside)
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix)).sort()
  const old = names.slice(0, -KEPT)
  await Promise.all(old.map((name) => rm(join(dirname(path), name), { force: true, recursive: true })))
  return aside
}
