import type { MonotonicClock } from '../../../clock.ts'
/** Pause before a silent host is asked first again, in ms: a page that then gets no answer is one a second, not one in three. */
const TRIED_AGAIN_AFTER_MS = 1_000

/** A host as the driver knows it. */
export interface Addressed {
  readonly address: string
}

/**
 * Hosts that take questions and answer none: stopped, swapped out, cut off without a word. The driver finds out only when a
 * connection ends (its heartbeats go to idle ones), and until then asks them as often as the others.
 */
export interface SilentHosts {
  /** The host has answered a question, be it with an error. */
  answered(address: string): void
  /** The host has let a question run into its limit. */
  silent(address: string): void
  /**
   * In which order to ask: silent hosts last; but once a second one of them first, where `mayTry`: that question may well
   * get no answer from it.
   */
  inOrder<Host extends Addressed>(plan: Iterator<Host>, mayTry: boolean): Iterator<Host>
}

/** Remembers no host yet. */
export function createSilentHosts(now: MonotonicClock): SilentHosts {
  /** Time at which each host is tried again. */
  const silent = new Map<string, number>()

  function isTried(address: string): boolean {
    if (now() < (silent.get(address) ?? Infinity)) return false
    silent.set(address, now() + TRIED_AGAIN_AFTER_MS)
    return true
  }

  function* reordered<Host extends Addressed>(hosts: readonly Host[], mayTry: boolean): Generator<Host> {
    const tried = mayTry ? hosts.find(({ address }) => isTried(address)) : undefined
    if (tried) yield tried
    for (const host of hosts) if (host !== tried && !silent.has(host.address)) yield host
    for (const host of hosts) if (host !== tried && silent.has(host.address)) yield host
  }

  return {
    answered: (address) => void silent.delete(address),
    silent: (address) => void silent.set(address, now() + TRIED_AGAIN_AFTER_MS),
    inOrder(plan, mayTry) {
      // As a rule all is well, and a plan is asked for its first host only.
      return silent.size === 0 ? plan : reordered([...{ [Symbol.iterator]: () => plan }], mayTry)
    },
  }
}
