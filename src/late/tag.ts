import { safely } from '../client/safely.ts'
import { trusted } from '../client/trusted.ts'
import type { LateScript } from '../tag.ts'
import { start } from './late.ts'
import type { TakeVital } from './load-vitals.ts'

/** The vitals chunk's script carries where it reports to. */
export interface VitalsScript extends HTMLScriptElement {
  take: TakeVital
}

/** The late chunk as the tag injects it. */
safely(() => {
  const { bridge, nonce } = document.currentScript as LateScript
  start(bridge, (take) => {
    const script = document.createElement('script') as VitalsScript
    script.take = take
    script.src = trusted(bridge, 'createScriptURL', bridge.config.hosts[0] + '/prepaint-vitals.js')
    script.nonce = nonce
    document.head.appendChild(script)
  })
})()
