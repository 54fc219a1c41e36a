import { link, open, unlink } from 'node:fs/promises'

/** Calls `make` for the first path that is free; returns its result and the path. */
async function atFreePath<Made>(
  wantedPath: string,
  make: (path: string) => Promise<Made>,
): Promise<[Made, path: string]> {
  for (let tries = 0; ; tries++) {
    const path = tries === 0 ? wantedPath : `${wantedPath}.${tries}`
    try {
      return [await make(path), path]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Keeps bytes in a new file, for who may want to look at them; the service never reads it. Returns its path. */
export async function setAside(bytes: AsyncIterable<Uint8Array>, wantedPath: string): Promise<string> {
  const [handle, path] = await atFreePath(wantedPath, (free) => open(free, 'wx', 0o600))
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return path
}

/** Gives a file another name, for who may want to look at it; the service never reads it again. Returns its path. */
export async function moveAside(file: string, wantedPath: string): Promise<string> {
  const [, path] = await atFreePath(wantedPath, (free) => link(file, free))
  await unlink(file)
  return path
}
