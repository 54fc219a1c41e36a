import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The tag, minified, and its chunks alone. */
const CONFIG = `import all from './rollup.config.mjs'
export default all.filter(({ output }) => /^dist.prepaint/.test(output.file))
`

/** Builds the tag and its chunks from sources in which one file is changed; returns the folder with what was built. */
export async function buildOther(file: string, change: (text: string) => string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-build-'))
  for (const name of ['src', 'tsconfig', 'rollup.config.mjs', 'package.json'])
    await cp(join(root, name), join(directory, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
  const path = join(directory, file)
  const before = await readFile(path, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${file} is unchanged: there would be no other build`)
  await writeFile(path, after)
  await writeFile(join(directory, 'tag.config.mjs'), CONFIG)
  const rollup = join(root, 'node_modules/rollup/dist/bin/rollup')
  await promisify(execFile)(process.execPath, [rollup, '-c', 'tag.config.mjs', '--silent'], { cwd: directory })
  return join(directory, 'dist')
}
