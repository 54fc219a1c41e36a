/**
 * The visitor's consent.
 * - `pending`: nobody asked yet; decisions come from context, events wait in memory.
 * - `granted`: the profile may be read and events may be sent.
 * - `denied`: decisions come from context; there are no events.
 */
export type Consent = 'pending' | 'granted' | 'denied'
