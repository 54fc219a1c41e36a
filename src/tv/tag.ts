import { safely } from '../client/safely.ts'
import type { TvScript } from '../late/tag.ts'
import { startTv } from './start.ts'

/** The TV chunk as the late chunk injects it. */
safely(() => {
  const [bridge, served] = (document.currentScript as TvScript).take
  startTv(bridge, served)
})()
