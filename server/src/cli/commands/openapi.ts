import { routes } from '../../http/routes/routes.ts'
import { openApiDocument } from '../../http/schema/openapi-document.ts'
import type { Command } from '../command.ts'

/** `openapi`: what other programs generate their clients from. */
export const openapi: Command = {
  options: {},
  async run(_values, io) {
    io.stdout.write(`${JSON.stringify(openApiDocument(routes), null, 2)}\n`)
  },
}
