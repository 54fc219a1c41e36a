import { publishedSchema } from '../../catalog/schema.ts'
import type { Command } from '../command.ts'

/** `catalog schema`: what editors complete and check catalogs with. */
export const catalogSchema: Command = {
  options: {},
  async run(values, io) {
    io.stdout.write(`${JSON.stringify(publishedSchema, undefined, values['json'] === true ? undefined : 2)}\n`)
  },
}
