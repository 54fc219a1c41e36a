import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { trusted } from '../client/trusted.ts'
import { API, API_INTEGRITY, TV, TV_INTEGRITY } from '../tag/chunk-names.ts'
import type { LateScript } from '../tag/tag.ts'
import { start } from './late.ts'
import type { TakeVital } from './load-vitals.ts'
import type { Served, TakeApi } from './served.ts'

/** Loads a chunk, and gives it who takes what it has, or what it needs. */
type Load = <Take>(address: string, integrity: string, take: Take) => void

/** A chunk's script carries that, and what loads another one. */
interface ChunkScript<Take> extends HTMLScriptElement {
  take: Take
  load: Load
}

export type ApiScript = ChunkScript<TakeApi>
export type TvScript = ChunkScript<[Bridge, Served]>
export type VitalsScript = ChunkScript<TakeVital>

/** The late chunk as the tag injects it. */
safely(() => {
  const { _bridge: bridge, nonce } = document.currentScript as LateScript

  function load<Take>(address: string, integrity: string, take: Take): void {
    const script = document.createElement('script') as ChunkScript<Take>
    script.take = take
    script.load = load
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
    // A call like the rarer ones, which `api-tag.ts` serves: few pages measure, and none waits for it.
    (take) => {
      bridge._pendingCalls.push(['vitals', [take], String])
    },
    (served) => {
      load(TV, TV_INTEGRITY, [bridge, served])
    },
  )
})()
