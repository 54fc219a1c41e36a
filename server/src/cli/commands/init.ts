import { writeFile } from 'node:fs/promises'
import { loadCatalog } from '../../catalog/load.ts'
import { readRuntime } from '../../snippet/runtime-files.ts'
import { localTag } from '../../snippet/tag.ts'
import { type Command, textOf, UsageError } from '../command.ts'
import { starterCatalog } from '../starter.ts'

/** Never writes over what is there. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new UsageError(`${file} is there already: name another FILE`)
    if (code === 'ENOENT') throw new UsageError(`${file} cannot be written: make its directory first`)
    throw error
  }
}

/** `init`: the first minute of somebody new. */
export const init: Command = {
  operands: '[FILE]',
  options: {
    site: { type: 'string', value: 'NAME', help: 'name of the site, default my-site' },
    origin: { type: 'string', value: 'URL', help: 'where its pages are, default https://www.example.com' },
  },
  async run(values, io, [file = 'catalog.yaml', ...more]) {
    if (more.length > 0) throw new UsageError('name one FILE')
    const name = textOf(values, 'site') ?? 'my-site'
    const origin = textOf(values, 'origin') ?? 'https://www.example.com'
    if (!/^[a-zA-Z0-9][\w-]{0,63}$/.test(name)) throw new UsageError('--site is a name of letters, digits, - and _')
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new UsageError('--origin is written as https://www.brand.example')
    await writeNew(file, starterCatalog(name, origin))
    const { 'prepaint-stub.js': stub = '' } = await readRuntime()
    const tag = localTag(await loadCatalog(file), stub.toString('utf8'))
    const next = [
      `npx prepaint-server dev --catalog ${file}`,
      `npx prepaint-server snippet --catalog ${file} --mode inline`,
    ]
    if (values['json'] === true) return void io.stdout.write(`${JSON.stringify({ file, tag, next })}\n`)
    io.stdout.write(
      [
        `${file} is written: two slots, two experiences, a comment at each.`,
        '',
        'First in the <head> of your page, for trying it on this machine:',
        ...tag.split('\n').map((line) => `  ${line}`),
        'Where its content may change:',
        '  <h1 data-pp-slot="headline">…</h1>',
        '',
        'Then:',
        `  ${next[0]}      # answers on http://127.0.0.1:4310; open the page with ?utm_campaign=spring`,
        `  ${next[1]}   # the tag for the real site, its CSP and proxy rule`,
        '',
      ].join('\n'),
    )
  },
}
