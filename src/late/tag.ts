import { safely } from '../client/safely.ts'
import { trusted } from '../client/trusted.ts'
import type { LateScript } from '../tag/tag.ts'
import { start } from './late.ts'
import type { TakeVital } from './load-vitals.ts'
import type { TakeApi } from './served.ts'

/** A chunk's script carries who takes what it has. */
interface ChunkScript<Take> extends HTMLScriptElement {
  take: Take
}

export type ApiScript = ChunkScript<TakeApi>
export type VitalsScript = ChunkScript<TakeVital>

/** The late chunk as the tag injects it. */
safely(() => {
  const { _bridge: bridge, nonce } = document.currentScript as LateScript

  function load<Take>(name: string, take: Take): void {
    const script = document.createElement('script') as ChunkScript<Take>
    script.take = take
    script.src = trusted(bridge, 'createScriptURL', bridge._config._hosts[0] + '/prepaint-' + name + '.js')
    script.nonce = nonce
    document.head.appendChild(script)
  }

  start(
    bridge,
    (take) => {
      load('api', take)
    },
    (take) => {
      load('vitals', take)
    },
  )
})()
