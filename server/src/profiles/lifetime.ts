/** Life of a profile after its last event, in seconds: 390 days, as long as the visitor's token. */
export const PROFILE_LIFE_S = 33_696_000

/** True when a profile's life was over at that time, in seconds since 1970: what follows begins a new one. */
export function isEnded(lastSeenS: number, nowS: number): boolean {
  return nowS - lastSeenS >= PROFILE_LIFE_S
}
