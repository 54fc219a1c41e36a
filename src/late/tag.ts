import { safely } from '../client/safely.ts'
import { trusted } from '../client/trusted.ts'
import { API, API_INTEGRITY, VITALS, VITALS_INTEGRITY } from '../tag/chunk-names.ts'
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

  function load<Take>(address: string, integrity: string, take: Take): void {
    const script = document.createElement('script') as ChunkScript<Take>
    script.take = take
    script.src = trusted(bridge, 'createScriptURL', bridge._config._hosts[0] + address)
    script.nonce = nonce
    script.crossOrigin = ''
    script.integrity = integrity
    document.head.appendChild(script)
  }

  start(
    bridge,
    (take) => {
      load(API, API_INTEGRITY, take)
    },
    (take) => {
      load(VITALS, VITALS_INTEGRITY, take)
    },
  )
})()
