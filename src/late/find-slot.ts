import type { Bridge } from '../client/bridge.ts'

/** The slot's elements as they are in the page now. */
export function findSlot({ _config: config }: Pick<Bridge, '_config'>, slot: string): HTMLElement[] {
  const selector = config.slots[slot]
  try {
    return [].slice.call(document.querySelectorAll('[data-pp-slot="' + slot + '"]' + (selector ? ',' + selector : '')))
  } catch {
    return [] // Not a selector at all.
  }
}
