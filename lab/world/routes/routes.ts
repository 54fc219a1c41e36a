/**
 * The routes of the apps in this folder, by the end of their path: each one's headline and teaser. An original is the beginning of the
 * longest one, so that the sampler knows it (`sampler/frame-log.ts`).
 */
export const routes = {
  '': { headline: 'Original headline', teaser: 'Original teaser' },
  '/second': { headline: 'Original headline of the second', teaser: 'Original teaser' },
  '/third': { headline: 'Original headline of', teaser: 'Original' },
}

/** Leads to the second route as soon as it is rendered. */
export const entrance = '/entrance'
