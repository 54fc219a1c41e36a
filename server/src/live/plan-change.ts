import type { LiveMessage } from 'prepaint/protocol'

type Shown = LiveMessage['slots']

/** Returns what a page that has heard this message shows at an instant. */
export function shownAt({ slots, plan }: LiveMessage, nowMs: number): Shown {
  const shown = { ...slots }
  for (const { slot, fromMs, ...rest } of plan.cues) if (fromMs <= nowMs) shown[slot] = rest
  return shown
}

/** Returns all that a message says of the time between two instants, as text. */
function saidOf(message: LiveMessage, fromMs: number, toMs: number): string {
  const { live, delayMs, cues } = message.plan
  const ahead = cues.filter((cue) => cue.fromMs > fromMs && cue.fromMs < toMs)
  return JSON.stringify([live, delayMs, shownAt(message, fromMs), ahead])
}

/** Returns true if a page that has heard one message learns nothing from the next, as far as both look ahead. */
export function isSaid(before: LiveMessage, next: LiveMessage, nowMs: number): boolean {
  const untilMs = Math.min(before.plan.untilMs, next.plan.untilMs)
  return saidOf(before, nowMs, untilMs) === saidOf(next, nowMs, untilMs)
}

/** Returns the slots whose experience is withdrawn by the next message: no cue of the one before has told its end. */
export function withdrawnBy(before: LiveMessage, next: LiveMessage, nowMs: number): string[] {
  const now = shownAt(next, nowMs)
  return Object.entries(shownAt(before, nowMs))
    .filter(([slot, { reason }]) => reason !== 'no-match' && (now[slot]?.reason ?? 'no-match') === 'no-match')
    .map(([slot]) => slot)
}
