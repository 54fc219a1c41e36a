import type { Bridge } from './client/bridge.ts'
import { type Client, startClient } from './client/client.ts'
import type { Config } from './client/config.ts'
import { safely } from './client/safely.ts'

/** The late chunk's script carries its bridge, so that no global name is needed. */
export interface LateScript extends HTMLScriptElement {
  bridge: Bridge
}

/** Starts the page's client and gives it to the page under one global name, once however often the tag is pasted. */
safely(() => {
  const script = document.currentScript as HTMLScriptElement
  const page = window as unknown as { [name: string]: Client | undefined }
  const data = JSON.parse(JSON.stringify(script.dataset))
  const name = data.global || 'pp'
  if (page[name]) return

  const config: Config = data
  // `/pp/prepaint.js` is served by the service behind `/pp`; inlined, the tag has no address.
  config.endpoint = config.endpoint || script.src.replace(/\/[^/]*$/, '') || '/pp'
  config.prefix = config.prefix || 'pp'
  config.slots = JSON.parse(data.slots || '{}')
  config.budgetMs = +(data.budget || 200)
  config.nonce = script.nonce

  const client = startClient(config, (bridge) => {
    const late = document.createElement('script') as LateScript
    late.bridge = bridge
    late.src = config.endpoint + '/prepaint-late.js'
    late.nonce = script.nonce
    document.head.appendChild(late)
  })
  page[name] = client
  client.page()
})()
