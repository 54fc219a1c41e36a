import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A path and no URL: jsdom has a class of its own for those. */
const root = join(import.meta.dirname, '../../..')

export const text = (path: string): string => readFileSync(join(root, path), 'utf8')

export const spec = text('src/client/SPEC.md')

/** The rows of the table under a heading, without its own two lines; each as the texts of its cells. */
export function table(heading: string): string[][] {
  const [, section = ''] = spec.split(`## ${heading}\n`)
  const rows = (section.split('\n## ')[0] as string).split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** The columns' names of the table under a heading. */
export function columns(heading: string): string[] {
  const [, section = ''] = spec.split(`## ${heading}\n`)
  const [, head = ''] = /^\|(.*)\|$/m.exec(section) ?? []
  return head.split('|').map((cell) => cell.trim())
}
