import type { Command } from '../command.ts'
import { serve } from '../serve.ts'
import { readConfig, serviceOptions } from '../settings.ts'

/** `start`: the service as operators run it. Its log is JSON lines on standard output. */
export const start: Command = {
  options: serviceOptions,
  async run(values, io) {
    const config = readConfig(values, io.env, { catalogs: [], dataDirectory: './data' })
    const isJson = values['json'] === true
    await serve(config, io, isJson ? io.stderr : io.stdout, (url, adminUrl) => {
      if (isJson) io.stdout.write(`${JSON.stringify({ url, adminUrl })}\n`)
      else io.stderr.write(`prepaint-server listens at ${url}, admin at ${adminUrl}\n`)
    })
  },
}
