import { fetchText } from '../../doctor/fetch-text.ts'
import { createKeys } from '../../identity/key.ts'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { withProgress } from '../progress.ts'
import { secretOptions, siteSecretOf } from '../site-secret.ts'

/** Body of the request: exactly one person. */
function personOf(values: CommandValues): { [field: string]: string } {
  const named = [
    ['userId', 'user'],
    ['anonymousId', 'anonymous-id'],
    ['token', 'visitor'],
  ]
    .map(([field = '', option = '']) => [field, textOf(values, option)] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined)
  if (named.length !== 1) throw new UsageError('say whom: --user ID, --anonymous-id ID or --visitor TOKEN')
  return Object.fromEntries(named)
}

/** `erase`: has a running service forget somebody. */
export const erase: Command = {
  options: {
    ...secretOptions,
    url: { type: 'string', value: 'URL', help: 'of the service, default http://127.0.0.1:4310' },
    user: { type: 'string', value: 'ID', help: "a user, by the brand's own id" },
    'anonymous-id': { type: 'string', value: 'ID', help: "somebody whom a client of Segment's protocol has named" },
    visitor: {
      type: 'string',
      value: 'TOKEN',
      help: "a visitor, by the visitor's token: the cookie pp_id, on https __Host-pp_id",
    },
  },
  async run(values, io) {
    const person = personOf(values)
    const { site, secret } = await siteSecretOf(values, io.env)
    const url = textOf(values, 'url') ?? 'http://127.0.0.1:4310'
    if (!URL.canParse(url) || !/^https?:/.test(url))
      throw new UsageError('--url must be an address such as http://127.0.0.1:4310')
    const key = createKeys(secret).issue({ site, access: 'server' })
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const asked = fetchText(new URL('/v1/erase', url).href, {
      method: 'POST',
      headers,
      body: JSON.stringify(person),
      redirect: 'error',
    })
    const { status, text } = await withProgress(io, `waiting for ${url}`, asked)
    if (status !== 202) throw new Error(`${url} answers ${status}: ${printable(text.slice(0, 500))}`)
    io.stdout.write(
      values['json'] === true
        ? `${JSON.stringify({ site, erased: true })}\n`
        : 'it is in the log; decisions know nothing any more once it is folded\n',
    )
  },
}
