import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import type { Problem } from './problem.ts'

/** Keys and indexes that lead to a part of the file. */
export type CatalogPath = readonly (string | number)[]

/** A catalog file's text and what it says. */
export interface CatalogSource {
  /** The parsed content; undefined when the text is no sound YAML. */
  value: unknown
  /** Mistakes of the text itself. */
  problems: Problem[]
  /** Numbers that are read as another than they are written. */
  doubts: Problem[]
  /** A problem at a part of the file: at its value, or at its key. A part that is missing stands at its parent. */
  problemAt(path: CatalogPath, message: string, at?: 'value' | 'key'): Problem
}

/** Nesting of a sensible catalog with room to spare; a stack of brackets must not become a stack of calls. */
const MAX_DEPTH = 64

/** A number that stands as JSON writes it. YAML takes 00417, 0x1F and 0o17 for numbers too, where ids were meant. */
const PLAIN_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/

const SAYS_NOTHING = 'says nothing: give it a value, or null if that is meant'

interface Positioned {
  range?: readonly number[] | null | undefined
}

interface Refusal {
  offset: number
  message: string
  isDoubt?: boolean
}

type Pairs = ReadonlyMap<string, YAMLMap['items'][number]>

function startOf(node: unknown): number | undefined {
  return (node as Positioned | null | undefined)?.range?.[0]
}

/** Finds a map's pairs by key. Each map is listed once: looking through it for each of its keys would take the square of its length. */
function createPairsOf(): (map: YAMLMap) => Pairs {
  const known = new WeakMap<YAMLMap, Pairs>()
  return (map) => {
    const kept = known.get(map)
    if (kept) return kept
    const pairs: Pairs = new Map(
      map.items.flatMap((item) => (isScalar(item.key) ? [[String(item.key.value), item]] : [])),
    )
    known.set(map, pairs)
    return pairs
  }
}

function offsetOf(
  document: Document,
  path: CatalogPath,
  at: 'value' | 'key',
  pairsOf: (map: YAMLMap) => Pairs,
): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, key] of path.entries()) {
    const isLast = index === path.length - 1
    let next: unknown
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(key))
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

/** The parser's own check compares each key with all before it: 36,000 keys took seconds. */
function repeatedKeys({ items }: YAMLMap): unknown[] {
  const seen = new Set<unknown>()
  return items.flatMap(({ key }) => {
    const name = isScalar(key) ? key.value : key
    if (seen.has(name)) return [key]
    seen.add(name)
    return []
  })
}

function numberDoubt(value: number, source: string): string | undefined {
  if (!Number.isFinite(value)) return undefined
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value)
  if (isExact && PLAIN_NUMBER.test(source)) return undefined
  return `${source} is read as the number ${value}: write it so, or in quotes if it is a text`
}

/** Values that say something else than what stands there. */
function scalarFlaw({ value, source = '' }: Scalar): string | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : `${source} is no number that a catalog can use`
  if (typeof value === 'string' && !value.isWellFormed()) return 'has half of a character, which has no UTF-8'
  return value === null && source === '' ? SAYS_NOTHING : undefined
}

/**
 * Finds YAML that a catalog does not need: it would hide a part's place, unfold to any size or be read as something
 * else.
 */
function refusals(document: Document): Refusal[] {
  const found: Refusal[] = []
  const refuse = (node: unknown, message: string): void => void found.push({ offset: startOf(node) ?? 0, message })
  visit(document, (key, node, ancestors) => {
    if (isPair(node)) {
      if (node.value === null) refuse(node.key, SAYS_NOTHING)
      return undefined
    }
    if (ancestors.filter((ancestor) => !isPair(ancestor)).length > MAX_DEPTH) {
      refuse(node, `nested deeper than ${MAX_DEPTH} levels`)
      return visit.BREAK
    }
    if (isAlias(node)) refuse(node, 'aliases are not supported: write the value out')
    if (isMap(node)) for (const repeated of repeatedKeys(node)) refuse(repeated, 'Map keys must be unique')
    const flaw = isScalar(node) && key !== null && key !== 'key' ? scalarFlaw(node) : undefined
    if (flaw !== undefined) refuse(node, flaw)
    const doubt =
      isScalar(node) && key !== 'key' && typeof node.value === 'number'
        ? numberDoubt(node.value, node.source ?? '')
        : undefined
    if (doubt !== undefined) found.push({ offset: startOf(node) ?? 0, message: doubt, isDoubt: true })
    return undefined
  })
  return found
}

/** Parses a catalog file's text. */
export function parseSource(text: string, file: string): CatalogSource {
  const lines = new LineCounter()
  const pairsOf = createPairsOf()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false })
  const problemOf = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, message }
  }
  const flaws = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }))
  const found: Refusal[] = flaws.length > 0 ? flaws : refusals(document)
  const told = (isDoubt: boolean): Problem[] =>
    found.filter((one) => (one.isDoubt === true) === isDoubt).map(({ offset, message }) => problemOf(offset, message))
  const problems = told(false)
  return {
    value: problems.length > 0 ? undefined : document.toJS(),
    problems,
    doubts: told(true),
    problemAt: (path, message, at = 'value') => problemOf(offsetOf(document, path, at, pairsOf), message),
  }
}
