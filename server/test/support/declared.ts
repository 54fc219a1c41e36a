import type { ProfileStore } from '../../src/stores/store.ts'

/**
 * Definitions in force in a store, without whether a feature is filled: after a crash nobody knows that no event had been folded, so one that
 * is declared then is filled with the nothing that was before it.
 */
export async function declaredIn(store: ProfileStore): Promise<object[]> {
  return [...(await store.readDefinitions())].map(([site, { features, ...rest }]) => ({
    ...{ site, ...rest },
    features: features.map((feature) => ({ ...feature, isFilled: undefined })),
  }))
}
