import { stat } from 'node:fs/promises'

/** Returns the state of a file without reading it: another text once it was written, replaced or linked elsewhere. */
export type Look = (file: string) => Promise<string>

/** Looks at the file that a path leads to, through all links. */
export const look: Look = async (file) => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}
