import { uniform } from '../../server/src/loadtest/random.ts'
import { bytesOf } from './target.ts'

/** Names that objects inherit or that some library asks for, numbers at the edges of their types, and texts that parsers trip over. */
const WORDS = [
  ...[
    'constructor',
    'toJSON',
    '__proto__',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'then',
    'length',
    'prototype',
    '0',
    '',
    'a.b',
  ],
  ...['null', 'true', '[]', '{}', '""', '-1', '0.1', '1e999', '-0', '9007199254740993', '18446744073709551616', 'NaN'],
  ...[
    '\0',
    '\u2028',
    '\ud83d\ude00',
    '\ufeff',
    '\\ud800',
    '\r\n',
    '../',
    '%00',
    '%f0',
    '<script>',
    'javascript:',
    "'",
    '\\',
  ],
]

/** Longest input that mutations make. */
const MAX_BYTES = 60_000

type Random = () => number

function splice(input: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const made = new Uint8Array(input.length - removed + added.length)
  made.set(input.subarray(0, at))
  made.set(added, at)
  made.set(input.subarray(at + removed), at + added.length)
  return made
}

interface Stretch {
  at: number
  length: number
}

/** Mostly a short one. */
function stretchOf(input: Uint8Array, random: Random): Stretch {
  const at = uniform(input.length + 1, random)
  const longest = random() < 0.8 ? 16 : input.length
  return { at, length: uniform(Math.min(longest, input.length - at) + 1, random) }
}

function changed(input: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const made = input.slice()
  if (at < made.length) made[at] = change(made[at] as number)
  return made
}

/** Returns the stretch of the value behind a JSON or YAML line's colon: up to the next sign that ends one. */
function valueOf(input: Uint8Array, random: Random): Stretch {
  const text = new TextDecoder('latin1').decode(input)
  const values = [...text.matchAll(/(?<=:\s?)("(?:[^"\\]|\\.)*"|[^,{}[\]\n]+)/g)]
  const value = values[uniform(values.length, random)]
  return value ? { at: value.index, length: value[0].length } : stretchOf(input, random)
}

/** Each makes another input; `other` is a sound one, `words` is what the boundary knows. */
const mutations: readonly ((
  input: Uint8Array,
  random: Random,
  other: Uint8Array,
  words: readonly string[],
) => Uint8Array)[] = [
  (input, random) => changed(input, uniform(input.length, random), (byte) => byte ^ (1 << uniform(8, random))),
  (input, random) => changed(input, uniform(input.length, random), () => uniform(256, random)),
  (input, random) => {
    const { at, length } = stretchOf(input, random)
    return splice(input, at, length, new Uint8Array())
  },
  (input, random) => {
    const { at, length } = stretchOf(input, random)
    const copy = input.subarray(at, at + length)
    return splice(input, uniform(input.length + 1, random), 0, copy)
  },
  (input, random, other) => {
    const { at, length } = stretchOf(other, random)
    return splice(input, uniform(input.length + 1, random), 0, other.subarray(at, at + length))
  },
  (input, random, _other, words) => {
    const { at, length } =
      random() < 0.5 ? stretchOf(input, random) : { at: uniform(input.length + 1, random), length: 0 }
    return splice(input, at, length, bytesOf(words[uniform(words.length, random)] ?? ''))
  },
  (input, random, _other, words) => {
    const { at, length } = valueOf(input, random)
    const word = words[uniform(words.length, random)] ?? ''
    return splice(input, at, length, bytesOf(random() < 0.5 ? word : JSON.stringify(word)))
  },
  (input, random) => input.subarray(0, uniform(input.length + 1, random)),
  (input, random) => {
    const { at, length } = stretchOf(input, random)
    const part = input.subarray(at, at + length)
    const times = Math.min(2 ** uniform(12, random), Math.floor(MAX_BYTES / (part.length + 1)))
    return splice(input, at, 0, Buffer.concat(Array<Uint8Array>(times).fill(part)))
  },
]

/** An input made from a sound one by one to eight mutations. The same random numbers make the same input. */
export function mutate(seeds: readonly Uint8Array[], targetWords: readonly string[], random: Random): Uint8Array {
  const words = [...WORDS, ...targetWords]
  const pick = (): Uint8Array => seeds[uniform(seeds.length, random)] ?? new Uint8Array()
  let input = pick()
  for (let count = 2 ** uniform(4, random); count > 0; count--) {
    const mutation = mutations[uniform(mutations.length, random)]
    if (mutation) input = mutation(input, random, pick(), words)
  }
  return input.length > MAX_BYTES ? input.subarray(0, MAX_BYTES) : input
}
