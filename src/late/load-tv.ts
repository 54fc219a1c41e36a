import type { Served } from './served.ts'

/** Brings the chunk that changes live slots, and starts it. */
export type LoadTv = (served: Served) => void
