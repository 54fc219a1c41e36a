import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from './start-service.ts'

/** A chunk with this text and its name; line breaks are added as the build does, until the digest can stand in a name. */
export function chunk(kind: string, text: string): [name: string, bytes: Buffer] {
  for (let code = text; ; code += '\n') {
    const digest = createHash('sha256').update(code).digest('base64url')
    if (/^[a-zA-Z0-9]+$/.test(digest)) return [`prepaint-${kind}.${digest}.js`, Buffer.from(code)]
  }
}

/** A folder with a built tag and its chunks. */
export async function builtFolder(chunks: readonly [name: string, bytes: Buffer][]): Promise<string> {
  const directory = await temporaryDirectory()
  const names = [
    'prepaint.js',
    'prepaint-late.js',
    'prepaint-api.js',
    'prepaint-tv.js',
    'prepaint-vitals.js',
    'prepaint-stub.js',
  ]
  await Promise.all(
    [...names.map((name): [string, string] => [name, `'${name}'`]), ...chunks].map(([name, bytes]) =>
      writeFile(join(directory, name), bytes),
    ),
  )
  return directory
}
