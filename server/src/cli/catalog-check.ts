import { readCatalogFiles } from '../catalog/sites.ts'
import { type Command, UsageError } from './command.ts'

/** `catalog check`: what a publisher runs before a catalog goes live. */
export const catalogCheck: Command = {
  summary: 'say what is wrong with catalogs, each thing with its place',
  operands: 'FILE…',
  options: {},
  async run(values, io, files) {
    if (files.length === 0) throw new UsageError('name at least one catalog FILE')
    const sites = await readCatalogFiles(files)
    const checked = [...sites].map(([file, { name, catalog }]) => ({ file, site: name, version: catalog.version }))
    if (values['json'] === true) io.stdout.write(`${JSON.stringify({ catalogs: checked })}\n`)
    else for (const { file, site, version } of checked) io.stdout.write(`${file}: site ${site}, version ${version}\n`)
  },
}
