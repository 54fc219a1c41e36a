import type { Room } from '../catalog/room.ts'

/**
 * Returns a selector as it may stand in a style element: `<` is written as an escape, which means the same wherever a selector may have it, in
 * strings and in names.
 */
function inStyleElement(selector: string): string {
  return selector.replace(/\\[^]|</g, (found) => (found.endsWith('<') ? '\\3c ' : found))
}

/** The slot by its name and by its selector, each a rule of its own: a browser drops a rule of which it does not know a part. */
function selectorsOf({ slot, selector }: Room): string[] {
  const named = `[data-pp-slot="${slot}"]`
  return selector === undefined ? [named] : [named, inStyleElement(selector)]
}

/** Returns the style sheet that keeps the room of slots; empty without any. It can stand in a style element. */
export function roomStyles(rooms: readonly Room[]): string {
  return rooms
    .flatMap((room) =>
      room.sizes.flatMap(([minWidthPx, blockSizePx]) =>
        selectorsOf(room).map((selector) => {
          const rule = `${selector}{min-block-size:${blockSizePx}px}`
          return minWidthPx === 0 ? rule : `@media(min-width:${minWidthPx}px){${rule}}`
        }),
      ),
    )
    .join('\n')
}
