import { createHash } from 'node:crypto'
import type { CompiledCatalog } from 'prepaint/engine'
import type { CueContent, Operation } from 'prepaint/protocol'

/** Characters of a name: 128 bits. */
const NAME_LENGTH = 22

const names = new WeakMap<readonly Operation[], string>()

/** Returns the name of a variant's operations: it follows from them, so that what has the name never changes. */
export function contentNameOf(operations: readonly Operation[]): string {
  const known = names.get(operations)
  if (known !== undefined) return known
  const name = createHash('sha256').update(JSON.stringify(operations)).digest('base64url').slice(0, NAME_LENGTH)
  names.set(operations, name)
  return name
}

/** Returns the contents of a catalog's live slots, by name. */
export function contentsOf({ slots }: Pick<CompiledCatalog, 'slots'>): Map<string, CueContent> {
  const variants = slots
    .filter(({ isLive }) => isLive)
    .flatMap(({ experiences }) => experiences.flatMap(({ experience }) => experience.variants))
  const shown = variants.filter(({ operations }) => operations.length > 0)
  return new Map(shown.map(({ operations }) => [contentNameOf(operations), { operations }]))
}
