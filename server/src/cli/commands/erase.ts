import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { withProgress } from '../progress.ts'
import { postOptions, servicePostOf } from '../service-post.ts'

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
    ...postOptions,
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
    const { site, url, post } = await servicePostOf(values, io.env, '/v1/erase')
    const { status, text } = await withProgress(io, `waiting for ${url}`, post(JSON.stringify(person)))
    if (status !== 202) throw new Error(`${url} answers ${status}: ${printable(text.slice(0, 500))}`)
    io.stdout.write(
      values['json'] === true
        ? `${JSON.stringify({ site, erased: true })}\n`
        : 'it is in the log; decisions know nothing any more once it is folded\n',
    )
  },
}
