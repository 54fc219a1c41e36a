import { createKeys } from '../../identity/key.ts'
import { type Command, textOf, UsageError } from '../command.ts'
import { secretOptions, siteSecretOf } from '../site-secret.ts'

/** `key`: what other programs authenticate with. */
export const key: Command = {
  options: {
    ...secretOptions,
    for: { type: 'string', value: 'WHAT', help: 'server (decisions by user id, links; keep it secret) or events' },
  },
  async run(values, io) {
    const access = textOf(values, 'for')
    if (access !== 'server' && access !== 'events') throw new UsageError('--for must be server or events')
    const { site, secret } = await siteSecretOf(values, io.env)
    const text = createKeys(secret).issue({ site, access })
    io.stdout.write(values['json'] === true ? `${JSON.stringify({ site, for: access, key: text })}\n` : `${text}\n`)
  },
}
