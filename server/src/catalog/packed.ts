import type { Catalog, Condition, Experience, Feature } from 'prepaint/engine'
import type { Automaton } from './pattern.ts'
import type { Prepared } from './prepare.ts'
import type { Problem } from './problem.ts'

type Head = Omit<Prepared, 'automata' | 'assignments' | 'catalog'> & {
  catalog: Pick<Catalog, 'version' | 'site' | 'slots' | 'holdout' | 'tv'>
}

/** Items of a catalog's parts that can be long. */
interface Items {
  audiences: readonly [name: string, condition: Condition]
  groups: readonly [name: string, group: NonNullable<Catalog['groups']>[string]]
  features: readonly [name: string, feature: Feature]
  experiences: Experience
}

type ItemsLine = { [Kind in keyof Items]: readonly [Kind, readonly Items[Kind][]] }[keyof Items]

/** Line of a packed catalog, one JSON each. */
type Line =
  | readonly ['problems', readonly Problem[]]
  /** The catalog has the version that is in use. */
  | readonly ['same']
  | readonly ['head', Head]
  | ItemsLine
  /** A pattern's tables, each in base64. */
  | readonly ['automaton', pattern: string, bounds: string, next: string, found: string]
  | readonly ['assignments', string]
  /** Nothing is missing. */
  | readonly ['end']

/** Answer of the process that prepares catalogs; nothing if the version is the same. */
export interface Unpacked {
  prepared?: Prepared
  problems?: readonly Problem[]
}

/** Length of items that are parsed at once, in characters: about 0.2 ms. */
const PART_LENGTH = 16_384

function textOf(line: Line): string {
  return JSON.stringify(line)
}

function* partsOf(kind: keyof Items, items: readonly unknown[]): Generator<string> {
  let open: string[] = []
  let length = 0
  const part = (): string => `["${kind}",[${open.join()}]]`
  for (const item of items) {
    const text = JSON.stringify(item)
    open.push(text)
    length += text.length
    if (length < PART_LENGTH) continue
    yield part()
    open = []
    length = 0
  }
  if (open.length > 0) yield part()
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64')
}

/** Bytes of a buffer of their own, since tables of larger numbers begin at multiples of these. */
function bytesOf(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer
}

/** Lines that say what is wrong with a catalog. */
export function problemLines(problems: readonly Problem[]): string[] {
  return [textOf(['problems', problems]), textOf(['end'])]
}

/** Lines that say that a catalog has the version that is in use. */
export function sameLines(): string[] {
  return [textOf(['same']), textOf(['end'])]
}

/** Lines that a prepared catalog is on its way between processes; each is short, so that reading them can pause. */
export function* packedLines({ automata, assignments, catalog, ...rest }: Prepared): Generator<string> {
  const { audiences, groups = {}, features = {}, experiences, ...head } = catalog
  yield textOf(['head', { ...rest, catalog: head }])
  yield* partsOf('audiences', Object.entries(audiences))
  yield* partsOf('groups', Object.entries(groups))
  yield* partsOf('features', Object.entries(features))
  yield* partsOf('experiences', experiences)
  for (const [pattern, { bounds, next, found }] of automata)
    yield textOf(['automaton', pattern, base64(bounds), base64(next), base64(found)])
  yield textOf(['assignments', assignments])
  yield textOf(['end'])
}

/** Fills an object by assignment: the grammar of names has none that an assignment would take for something else. */
function assign<Value>(named: { [name: string]: Value }, entries: readonly (readonly [string, Value])[]): void {
  for (const [name, value] of entries) named[name] = value
}

/** Half of a line stays of a process that was killed while it wrote. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

/** Puts a catalog together of its lines. */
export function createUnpacker() {
  let head: Head | undefined
  let problems: readonly Problem[] | undefined
  let isWhole = false
  let assignments = ''
  const automata = new Map<string, Automaton>()
  const audiences: { [name: string]: Condition } = {}
  const groups: NonNullable<Catalog['groups']> = {}
  const features: { [name: string]: Feature } = {}
  const experiences: Experience[] = []
  return {
    take(text: string): void {
      const line = parse(text)
      switch (line?.[0]) {
        case 'problems':
          problems = line[1]
          break
        case 'head':
          head = line[1]
          break
        case 'audiences':
          assign(audiences, line[1])
          break
        case 'groups':
          assign(groups, line[1])
          break
        case 'features':
          assign(features, line[1])
          break
        case 'experiences':
          for (const experience of line[1]) experiences.push(experience)
          break
        case 'automaton': {
          const [, pattern, bounds, next, found] = line
          const tables = { next: new Uint16Array(bytesOf(next)), found: new Uint8Array(bytesOf(found)) }
          automata.set(pattern, { bounds: new Int32Array(bytesOf(bounds)), ...tables })
          break
        }
        case 'assignments':
          assignments = line[1]
          break
        case 'end':
          isWhole = true
      }
    },
    /** Returns what the lines were; undefined if some are missing. */
    result(): Unpacked | undefined {
      if (!isWhole) return undefined
      if (problems) return { problems }
      if (!head) return {}
      const { catalog, ...rest } = head
      return {
        prepared: { ...rest, automata, assignments, catalog: { ...catalog, audiences, groups, features, experiences } },
      }
    },
  }
}
