import type { Command } from '../command.ts'
import { readableLog } from '../readable-log.ts'
import { serve } from '../serve.ts'
import { readConfig, serviceOptions } from '../settings.ts'

/** `dev`: `start` for one's own machine, with nothing to set up. */
export const dev: Command = {
  options: serviceOptions,
  async run(values, io) {
    const config = readConfig(values, io.env, { catalogs: ['./catalog.yaml'], dataDirectory: './.prepaint' })
    const isJson = values['json'] === true
    const logStream = isJson ? io.stderr : readableLog(io.stdout)
    await serve({ ...config, allowLoopbackOrigins: true, logRequests: true }, io, logStream, (url) => {
      io.stdout.write(isJson ? `${JSON.stringify({ url })}\n` : `prepaint-server listens at ${url}, Ctrl-C ends it\n`)
    })
  },
}
