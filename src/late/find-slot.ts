import type { Bridge } from '../client/bridge.ts'

/** The slot's element as it is in the page now. */
export function findSlot({ config }: Pick<Bridge, 'config'>, slot: string): HTMLElement | null {
  const selector = config.slots[slot]
  try {
    return document.querySelector('[data-pp-slot="' + slot + '"]' + (selector ? ',' + selector : ''))
  } catch {
    return null // Not a selector at all.
  }
}
