import type { Bridge } from '../client/bridge.ts'

/** Reports the slots whose selector matches nothing in the whole page: somebody has to mend the catalog or the page. */
export function reportMissing({ config, track }: Bridge): void {
  function report(): void {
    Object.keys(config.slots).forEach((slot) => {
      const selector = config.slots[slot] || ''
      let found = null
      try {
        found = document.querySelector(selector)
      } catch {
        // Not a selector at all.
      }
      if (!found) track('pp:missing', { slot, selector })
    })
  }
  if (document.readyState === 'complete') report()
  else addEventListener('load', report)
}
