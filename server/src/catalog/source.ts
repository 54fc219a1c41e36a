import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Problem } from './problem.ts'

/** Keys and indexes that lead to a part of the file. */
export type Path = readonly (string | number)[]

/** A catalog file's text and what it says. */
export interface CatalogSource {
  /** The parsed content; undefined when the text is no sound YAML. */
  value: unknown
  /** What is wrong with the text itself. */
  problems: Problem[]
  /** A problem at a part of the file: at its value, or at its key. A part that is missing stands at its parent. */
  problemAt(path: Path, message: string, at?: 'value' | 'key'): Problem
}

/** Nesting of a sensible catalog with room to spare; a stack of brackets must not become a stack of calls. */
const MAX_DEPTH = 64

interface Positioned {
  range?: readonly number[] | null | undefined
}

function startOf(node: unknown): number | undefined {
  return (node as Positioned | null | undefined)?.range?.[0]
}

function offsetOf(document: Document, path: Path, at: 'value' | 'key'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, key] of path.entries()) {
    const isLast = index === path.length - 1
    let next: unknown
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (!pair) return offset
      next = isLast && at === 'key' ? pair.key : pair.value
      offset = startOf(pair.key) ?? offset
    } else {
      next = isSeq(node) ? node.items[Number(key)] : undefined
    }
    if (next === undefined) return offset
    offset = startOf(next) ?? offset
    node = next
  }
  return offset
}

/** What YAML allows and a catalog does not need: it would hide a part's place or unfold to any size. */
function refusals(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = []
  visit(document, {
    Alias: (_key, node) => {
      found.push({ offset: startOf(node) ?? 0, message: 'aliases are not supported: write the value out' })
    },
    Node: (_key, node, ancestors) => {
      if (ancestors.filter((ancestor) => !isPair(ancestor)).length <= MAX_DEPTH) return undefined
      found.push({ offset: startOf(node) ?? 0, message: `nested deeper than ${MAX_DEPTH} levels` })
      return visit.BREAK
    },
  })
  return found
}

/** Parses a catalog file's text. */
export function parseSource(text: string, file: string): CatalogSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const problemOf = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, message }
  }
  const flaws = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }))
  const found = flaws.length > 0 ? flaws : refusals(document)
  const problems = found.map(({ offset, message }) => problemOf(offset, message))
  return {
    value: problems.length > 0 ? undefined : document.toJS(),
    problems,
    problemAt: (path, message, at = 'value') => problemOf(offsetOf(document, path, at), message),
  }
}
