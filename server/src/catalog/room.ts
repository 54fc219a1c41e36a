import type { CatalogFinding } from './catalog-finding.ts'
import type { CatalogFile } from './schema.ts'
import { isWhole } from './selector.ts'

/** Room that a slot keeps in the page, whatever it shows. */
export interface Room {
  slot: string
  /** Finds the slot in a page whose markup cannot carry its name. */
  selector: string | undefined
  /** Least block sizes in CSS px, each with the least width of the viewport for which it holds; the narrowest first. */
  sizes: readonly (readonly [minWidthPx: number, blockSizePx: number])[]
}

/** Returns the room of those slots that reserve some. */
export function roomsOf({ slots }: CatalogFile): Room[] {
  return Object.entries(slots).flatMap(([slot, { selector, reserve }]) => {
    if (!reserve) return []
    const sizes = Object.entries(reserve).map(([width, size]) => [Number(width), size] as const)
    return [{ slot, selector, sizes: sizes.sort(([left], [right]) => left - right) }]
  })
}

/** Finds selectors that cannot stand in a style sheet: what they leave open would swallow the rules behind them. */
export function roomFindings({ slots }: CatalogFile): CatalogFinding[] {
  return Object.entries(slots).flatMap(([name, { selector, reserve }]) =>
    reserve && selector !== undefined && !isWhole(selector)
      ? [
          {
            path: ['slots', name, 'selector'],
            message: 'reserves no room in a style sheet: a selector closes all that it opens, and has no braces',
          },
        ]
      : [],
  )
}
