import { safely } from '../client/safely.ts'
import type { LateScript } from '../tag.ts'
import { start } from './late.ts'

/** The late chunk as the tag injects it. */
safely(() => {
  start((document.currentScript as LateScript).bridge)
})()
