import { createRandom } from '../../server/src/loadtest/random.ts'
import { keepInput, readCorpus } from './corpus.ts'
import { mutate } from './mutate.ts'
import type { Target } from './target.ts'

/** A promise that was broken. */
export interface Failure {
  target: string
  /** Path of the kept input. */
  path: string
  /** The seed of the run that made it; undefined for one that was kept already. */
  seed?: number
  message: string
}

/** Result of one target. */
export interface Outcome {
  target: string
  /** Inputs that were tried, those of the corpus included. */
  inputs: number
  failures: Failure[]
}

/** Duration and seed. */
export interface FuzzOptions {
  seed: number
  /** Time for the target, in ms; the corpus is tried whole in any case. */
  timeMs: number
  /** Called after each input. */
  onInput: (inputs: number) => void
}

/** After so many broken promises the next ones say nothing new. */
const MAX_FAILURES = 5

async function brokenBy(target: Target, input: Uint8Array): Promise<string | undefined> {
  try {
    await target.run(input)
    return undefined
  } catch (cause) {
    return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  }
}

/** Tries the target's corpus, its seeds, and mutations of both until the time is over. What breaks a promise is kept in the corpus. */
export async function fuzz(target: Target, { seed, timeMs, onInput }: FuzzOptions): Promise<Outcome> {
  const outcome: Outcome = { target: target.name, inputs: 0, failures: [] }
  const kept = readCorpus(target.name)
  const sound = [...target.seeds, ...kept.map(({ input }) => input)]
  const random = createRandom(seed)

  async function attempt(input: Uint8Array, known?: string): Promise<void> {
    const message = await brokenBy(target, input)
    outcome.inputs++
    onInput(outcome.inputs)
    if (message === undefined) return
    const from = known === undefined ? { path: keepInput(target.name, input), seed } : { path: known }
    outcome.failures.push({ target: target.name, message, ...from })
  }

  for (const { path, input } of kept) await attempt(input, path)
  for (const input of target.seeds) await attempt(input)
  const endMs = performance.now() + timeMs
  while (performance.now() < endMs && outcome.failures.length < MAX_FAILURES)
    await attempt(mutate(sound, target.words, random))
  return outcome
}
