import type { TvSwitch } from 'prepaint/engine'
import { fetchText } from '../../doctor/fetch-text.ts'
import { createKeys } from '../../identity/key.ts'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { withProgress } from '../progress.ts'
import { secretOptions, siteSecretOf } from '../site-secret.ts'

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
      ...secretOptions,
      url: { type: 'string', value: 'URL', help: 'of the service, default http://127.0.0.1:4310' },
      spot: { type: 'string', value: 'NAME', help: 'a spot, as the catalog names it' },
      feed: { type: 'string', value: 'NAME', help: 'a feed, as the catalog names it' },
      all: { type: 'boolean', help: 'all of TV' },
    },
    async run(values, io) {
      const order = orderOf(values, isOff)
      const { site, secret } = await siteSecretOf(values, io.env)
      const url = textOf(values, 'url') ?? 'http://127.0.0.1:4310'
      if (!URL.canParse(url) || !/^https?:/.test(url))
        throw new UsageError('--url must be an address such as http://127.0.0.1:4310')
      const key = createKeys(secret).issue({ site, access: 'server' })
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ v: 1, site, switches: [order] })
      const asked = fetchText(new URL('/v1/tv', url).href, { method: 'POST', headers, body, redirect: 'error' })
      const { status, text } = await withProgress(io, `waiting for ${url}`, asked)
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
