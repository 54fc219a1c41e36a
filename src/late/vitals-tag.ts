import { safely } from '../client/safely.ts'
import type { VitalsScript } from './tag.ts'
import { startVitals } from './vitals.ts'

/** The vitals chunk as the late chunk injects it. */
safely(() => {
  startVitals((document.currentScript as VitalsScript).take)
})()
