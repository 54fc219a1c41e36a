/** Latest instant that JavaScript can name, in ms since 1970 (ECMA-262, 21.4.1.1); the earliest is as far on the other side. */
const LAST_MS = 8.64e15

/** An instant as ISO 8601, whatever number says it; the nearest one that has a name. */
export function instantText(atMs: number): string {
  return new Date(Math.min(Math.max(atMs, -LAST_MS), LAST_MS)).toISOString()
}
