import type { Bridge, Global } from '../client/bridge.ts'
import { startClient } from '../client/client.ts'
import { type Config, hostsOf } from '../client/config.ts'
import { find } from '../client/find.ts'
import { encode, parse } from '../client/json.ts'
import { safely } from '../client/safely.ts'
import { trusted } from '../client/trusted.ts'
import { LATE, LATE_INTEGRITY } from './chunk-names.ts'

/** The late chunk's script carries its bridge, so that no global name is needed. */
export interface LateScript extends HTMLScriptElement {
  _bridge: Bridge
}

/** Calls that the page made before there was a tag (`stub.ts`). */
type Queue = [method: string, ...args: unknown[]][]

/** Starts the page's client and gives it to the page under one global name, once however often the tag is pasted. */
safely(() => {
  const script = document.currentScript as HTMLScriptElement
  const page = window as unknown as { [name: string]: (Global & { q?: Queue }) | undefined }
  const config = parse(encode(script.dataset)) as Config & { endpoint?: string; global?: string; budget?: string }
  const name = config.global || 'pp'
  // An element of this name or id is a property of the window, too (HTML Standard, "named access on the Window object").
  const queue = typeof page[name] === 'function' ? (page[name] as { q?: Queue }).q : []
  if (!queue) return

  // `/pp/prepaint.js` is served by the service behind `/pp`; inlined, the tag has no address.
  config._hosts = hostsOf(config.endpoint || find(script.src, '([^?#]*)/'))
  config.prefix = config.prefix || 'pp'
  config.slots = (safely(parse)(config.slots as unknown as string) as Config['slots'] | undefined) || {}
  config._budgetMs = +(config.budget || 200)

  const bridge = startClient(config, (bridge) => {
    const late = document.createElement('script') as LateScript
    late.src = trusted(bridge, 'createScriptURL', config._hosts[0] + LATE)
    late._bridge = bridge
    late.nonce = script.nonce
    // Of another origin a script is compared with its digest only if it is asked for by CORS.
    late.crossOrigin = ''
    late.integrity = LATE_INTEGRITY
    document.head.appendChild(late)
  })
  const client = (page[name] = bridge._client)
  queue.forEach((call) => {
    client.apply(undefined, call)
  })
})()
