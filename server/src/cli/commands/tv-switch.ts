import type { TvSwitch } from 'prepaint/engine'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { withProgress } from '../progress.ts'
import { postOptions, servicePostOf } from '../service-post.ts'

/** The order that the options give: about exactly one thing. */
function orderOf(values: CommandValues, isOff: boolean): TvSwitch {
  const [spot, feed, isAll] = [textOf(values, 'spot'), textOf(values, 'feed'), values['all'] === true]
  if ([spot, feed].filter((name) => name !== undefined).length + Number(isAll) !== 1)
    throw new UsageError('say what: --spot NAME, --feed NAME or --all')
  if (spot !== undefined) return { scope: 'spot', name: spot, isOff }
  return feed === undefined ? { scope: 'all', isOff } : { scope: 'feed', name: feed, isOff }
}

function switching(isOff: boolean): Command {
  return {
    options: {
      ...postOptions,
      spot: { type: 'string', value: 'NAME', help: 'a spot, as the catalog names it' },
      feed: { type: 'string', value: 'NAME', help: 'a feed, as the catalog names it' },
      all: { type: 'boolean', help: 'all of TV' },
    },
    async run(values, io) {
      const order = orderOf(values, isOff)
      const { site, url, post } = await servicePostOf(values, io.env, '/v1/tv')
      const body = JSON.stringify({ v: 1, site, switches: [order] })
      const { status, text } = await withProgress(io, `waiting for ${url}`, post(body))
      if (status !== 202) throw new Error(`${url} answers ${status}: ${printable(text.slice(0, 500))}`)
      const what = order.scope === 'all' ? 'TV' : `${order.scope} ${order.name ?? ''}`
      const said = `${what} is switched ${isOff ? 'off' : 'on'}: open pages hear of it within a second, those that poll when they next ask\n`
      io.stdout.write(values['json'] === true ? `${JSON.stringify({ site, ...order })}\n` : said)
    },
  }
}

/** `tv off`: has pages stop what a spot, a feed or all of TV has them show. */
export const tvOff = switching(true)

/** `tv on`: takes that back. */
export const tvOn = switching(false)
