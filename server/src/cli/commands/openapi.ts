import { openApiDocument } from '../../http/routes/openapi.ts'
import type { Command } from '../command.ts'

/** `openapi`: what other programs generate their clients from. */
export const openapi: Command = {
  options: {},
  async run(_values, io) {
    io.stdout.write(`${JSON.stringify(openApiDocument(), null, 2)}\n`)
  },
}
