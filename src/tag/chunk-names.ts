/**
 * Address of each chunk below the service's, and the integrity of its script. The build puts others in their place, in which the
 * address has the chunk's SHA-256 (`rollup.config.mjs`): a tag finds the chunk that it was built with, whatever was deployed since.
 */
export const LATE = '/prepaint-late.js'
export const LATE_INTEGRITY = ''
export const API = '/prepaint-api.js'
export const API_INTEGRITY = ''
export const TV = '/prepaint-tv.js'
export const TV_INTEGRITY = ''
export const VITALS = '/prepaint-vitals.js'
export const VITALS_INTEGRITY = ''
