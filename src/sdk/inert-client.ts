import type { Client } from './npm-client.ts'

/** A client whose methods do nothing: what `createClient` gives where none can start. */
export function createInert(): Client {
  const ignore = (): void => undefined
  return {
    track: ignore,
    page: ignore,
    identify: ignore,
    group: ignore,
    alias: ignore,
    reset: ignore,
    unlink: ignore,
    observe: ignore,
    consent: ignore,
    optOut: ignore,
    decide: (slots: string[] = []) =>
      Promise.resolve(
        Object.fromEntries(slots.map((slot) => [slot, { reason: 'unavailable' as const, tier: 'default' as const }])),
      ) as never,
    content: (_slot, fallback) => fallback,
    on: () => ignore,
    ready: ignore,
    flush: () => Promise.resolve(),
    destroy: ignore,
  }
}
