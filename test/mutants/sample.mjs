import { readFileSync } from 'node:fs'

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The declarations of a file, each as its first and last line: what stands between two empty lines outside of all blocks. */
function declarationsOf(text) {
  const lines = text.split('\n')
  const starts = lines.flatMap((line, index) =>
    /^\S/.test(line) && (lines[index - 1] ?? '') === '' ? [index + 1] : [],
  )
  return starts.map((start, index) => [start, (starts[index + 1] ?? lines.length + 1) - 1])
}

/**
 * Chooses declarations at random until they have a share of the lines.
 * @returns what Stryker's `mutate` takes: `file:first-last`
 */
export function sampleOf(files, share, seed) {
  const random = createRandom(seed)
  const all = files.flatMap((file) =>
    declarationsOf(readFileSync(file, 'utf8')).map(([first, last]) => ({ file, first, last, order: random() })),
  )
  const total = all.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  let left = total * share
  const chosen = all
    .toSorted((one, other) => one.order - other.order)
    .filter(({ first, last }) => {
      const isChosen = left > 0
      left -= last - first + 1
      return isChosen
    })
  return chosen.map(({ file, first, last }) => `${file}:${first}-${last}`).sort()
}
