import { assertSound } from './damage.ts'
import type { MdbTree } from './meta.ts'
import { type Node, readNodes } from './nodes.ts'
import type { PageReader } from './page-reader.ts'

/** `P_BRANCH` and `P_LEAF` */
const BRANCH = 0x01
const LEAF = 0x02

/** Levels of the highest tree that LMDB works with (`CURSOR_STACK`). */
const MAX_DEPTH = 32

/** A page yet to be read. */
interface Ahead {
  page: number
  depth: number
  /** The least key that it may hold; undefined when it may hold any. */
  least: Buffer | undefined
}

/** Options for walking over a tree. */
export interface WalkOptions {
  tree: MdbTree
  compare(a: Buffer, b: Buffer): number
  /** Called with each entry in order. @throws MdbDamagedError */
  onEntry(node: Node, value: Buffer): void
}

/** Walks over a tree, and yields after each page. @throws MdbDamagedError unless all of it is sound. */
export function* walkTree(reader: PageReader, { tree, compare, onEntry }: WalkOptions): Generator<void> {
  const counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 }
  let last: Buffer | undefined
  assertSound(
    (tree.root === undefined) === (tree.depth === 0) && tree.depth <= MAX_DEPTH,
    'a tree has an impossible height',
  )
  const ahead: Ahead[] = tree.root === undefined ? [] : [{ page: tree.root, depth: 1, least: undefined }]

  function walkLeaf(bytes: Buffer, nodes: readonly Node[], { page, least }: Ahead): void {
    counts.leafPages++
    counts.entries += nodes.length
    if (least) assertSound(compare(least, (nodes[0] as Node).key) <= 0, `page ${page} begins before its place`)
    for (const node of nodes) {
      assertSound(last === undefined || compare(last, node.key) < 0, `page ${page} is not in order`)
      last = node.key
      const { value, ownPages } = reader.value(bytes, node)
      counts.overflowPages += ownPages
      onEntry(node, value)
    }
    const bound = ahead.at(-1)?.least
    if (bound && last) assertSound(compare(last, bound) < 0, `page ${page} ends behind its place`)
  }

  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const { page, depth, least } = next
    const isLeaf = depth === tree.depth
    const bytes = reader.read(page)
    assertSound(bytes.readUInt16LE(18) === (isLeaf ? LEAF : BRANCH), `page ${page} is of another kind`)
    const nodes = readNodes(bytes, page, isLeaf)
    assertSound(nodes.length >= (isLeaf ? 1 : 2), `page ${page} is empty`)
    if (isLeaf) {
      walkLeaf(bytes, nodes, next)
    } else {
      counts.branchPages++
      const below = nodes.map(({ child, key }, index) => ({
        page: child,
        depth: depth + 1,
        least: index === 0 ? least : key,
      }))
      ahead.push(...below.reverse())
    }
    yield
  }
  for (const name of ['branchPages', 'leafPages', 'overflowPages', 'entries'] as const) {
    assertSound(counts[name] === tree[name], `a tree has ${counts[name]} ${name}, and says ${tree[name]}`)
  }
}
