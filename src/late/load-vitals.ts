/** Takes one measurement, as properties of an event. */
export type TakeVital = (properties: { name: string; value: number; rating: string }) => void

/** Brings this chunk, and has it report to `take`. */
export type LoadVitals = (take: TakeVital) => void
