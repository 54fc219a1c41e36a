/** A boundary that takes bytes from outside, and what it promises whatever they are. */
export interface Target {
  /** Names its folder of the corpus, too. */
  name: string
  /** Sound inputs, from which the others are made. */
  seeds: readonly Uint8Array[]
  /** Words that the boundary has a meaning for: mutations put them in. */
  words: readonly string[]
  /** @throws anything when the input breaks a promise. */
  run(input: Uint8Array): Promise<void> | void
  close?(): Promise<void>
}

/** A text as a target takes it. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** An input as a text; bytes that are no UTF-8 become U+FFFD. */
export function textOf(input: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)
}

/** @throws Error with the broken promise. */
export function promise(isKept: boolean, broken: string): asserts isKept {
  if (!isKept) throw new Error(broken)
}
