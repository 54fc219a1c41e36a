import type { Bridge } from '../client/bridge.ts'

/** The slot's elements as they are in the page now. */
export function findSlot(
  { _config: config, _roots: roots }: Pick<Bridge, '_config' | '_roots'>,
  slot: string,
): HTMLElement[] {
  const selector = config.slots[slot]
  try {
    return ([] as HTMLElement[]).concat(
      ...roots.map((root) =>
        [].slice.call(root.querySelectorAll('[data-pp-slot="' + slot + '"]' + (selector ? ',' + selector : ''))),
      ),
    )
  } catch {
    return [] // Not a selector at all.
  }
}
