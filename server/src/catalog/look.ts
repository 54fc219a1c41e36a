import { stat } from 'node:fs/promises'

/** What is seen of a file without reading it: another text when it has been written, replaced or led elsewhere by a link. */
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
