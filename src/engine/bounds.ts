import type { Json } from '../protocol/index.ts'

/** Numbers that an attribute is compared with. */
export interface Bounds {
  /** Adds those of an attribute's condition. */
  add(operand: Json, groups: { readonly [name: string]: readonly Json[] }): void
  /** All of them, in order. */
  sorted(): readonly number[]
}

/** Returns true if values are compared as versions: as texts, so that the order of numbers of more than five digits is another. */
export function comparesVersions(operand: Json): boolean {
  if (typeof operand !== 'object' || operand === null) return false
  return Object.entries(operand).some(([key, part]) => key.startsWith('$v') || comparesVersions(part))
}

/** Collects bounds. Each group is looked through once, however many conditions name it. */
export function createBounds(): Bounds {
  const numbers = new Set<number>()
  const seen = new Set<readonly Json[]>()
  let sorted: readonly number[] | undefined

  function addGroup(members: readonly Json[]): void {
    if (seen.has(members)) return
    seen.add(members)
    for (const member of members) if (typeof member === 'number') numbers.add(member)
  }

  function add(operand: Json, groups: { readonly [name: string]: readonly Json[] }): void {
    sorted = undefined
    if (typeof operand === 'number') numbers.add(operand)
    if (typeof operand !== 'object' || operand === null) return
    for (const [key, part] of Object.entries(operand)) {
      const isGroup = (key === '$inGroup' || key === '$notInGroup') && typeof part === 'string'
      if (isGroup && Object.hasOwn(groups, part)) addGroup(groups[part] as readonly Json[])
      else add(part, groups)
    }
  }

  return {
    add,
    sorted: () => (sorted ??= [...numbers].sort((one, other) => one - other)),
  }
}
