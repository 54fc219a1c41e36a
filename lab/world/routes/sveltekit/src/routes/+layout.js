/** The browser renders all of it, as a single-page app does. */
export const ssr = false
