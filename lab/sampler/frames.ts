import type { FrameLog, SlotLog, SlotState } from './frame-log.ts'

/** A state with the frame and time at which it ended: the next state's, or the end of the log. */
interface Span extends SlotState {
  endFrame: number
  endMs: number
}

function logOf(frames: FrameLog, slot: string): SlotLog {
  const log = frames.slots[slot]
  if (!log) throw new RangeError(`Slot "${slot}" is not in the log: give the sampler a probe for it.`)
  return log
}

function spans(frames: FrameLog, slot: string): Span[] {
  const { states } = logOf(frames, slot)
  return states.map((state, index) => {
    const next = states[index + 1]
    return { ...state, endFrame: next?.frame ?? frames.count, endMs: next?.atMs ?? frames.lastMs }
  })
}

/** Painted: a rendering opportunity passed while the slot was in the document, not hidden, and not empty. */
function isPainted(state: SlotState): boolean {
  return state.isPresent && !state.isHidden && state.signature !== ''
}

/** The beginning of the original's text is original, too: a slot that the parser is still inside may be painted. */
function isOriginal(log: SlotLog, state: SlotState): boolean {
  return log.kind === 'text' ? log.original.startsWith(state.signature) : log.original === state.signature
}

function paintedSpans(frames: FrameLog, slot: string): { original: Span[]; personal: Span[] } {
  const log = logOf(frames, slot)
  const painted = spans(frames, slot).filter(isPainted)
  return {
    original: painted.filter((span) => isOriginal(log, span)),
    personal: painted.filter((span) => !isOriginal(log, span)),
  }
}

function frameCount(list: Span[]): number {
  return list.reduce((sum, span) => sum + span.endFrame - span.frame, 0)
}

/** Flicker: frames that painted the original and were followed by one that painted something else. 0 is clean. */
export function originalFramesBeforePersonal(frames: FrameLog, slot: string): number {
  const { original, personal } = paintedSpans(frames, slot)
  const lastPersonal = personal[personal.length - 1]
  return lastPersonal ? frameCount(original.filter((span) => span.frame < lastPersonal.frame)) : 0
}

/** Fallback: frames that painted the original with nothing else after them. */
export function fallbackFrames(frames: FrameLog, slot: string): number {
  const { original } = paintedSpans(frames, slot)
  return frameCount(original) - originalFramesBeforePersonal(frames, slot)
}

/** True when at least one frame painted something that is not the original. */
export function personalShown(frames: FrameLog, slot: string): boolean {
  return paintedSpans(frames, slot).personal.length > 0
}

/** Time for which frames were possible and the slot was in the document but hidden, in ms. */
export function paintableHiddenMs(frames: FrameLog, slot: string): number {
  const hidden = spans(frames, slot).filter((span) => span.isPresent && span.isHidden)
  return hidden.reduce((sum, span) => sum + span.endMs - span.atMs, 0)
}

/**
 * The longest time from a frame that found the slot hidden to the last such frame in a row, in ms. The frame after it
 * showed the slot, however long it was in coming: a promise to hide for at most so long "plus one frame" is held to this.
 */
export function longestHiddenMs(frames: FrameLog, slot: string): number {
  const { states } = logOf(frames, slot)
  const lengths = states.map((state, index) => {
    if (!state.isPresent || !state.isHidden) return 0
    return (states[index + 1]?.previousMs ?? frames.lastMs) - state.atMs
  })
  return Math.max(0, ...lengths)
}

/**
 * Time for which the slot was in the document but hidden, in ms, also before the first frame (a style sheet still
 * loading). 0 when no frame found it hidden: whoever saw the page did not see it hidden.
 */
export function hiddenMs(frames: FrameLog, slot: string): number {
  const log = logOf(frames, slot)
  const first = log.states.find((state) => state.isPresent)
  if (!first?.isHidden) return paintableHiddenMs(frames, slot)
  return first.atMs - log.insertedMs + paintableHiddenMs(frames, slot)
}

/**
 * From a slot's insertion to the last frame that found it hidden, in ms; 0 when none did. As with `longestHiddenMs`, a
 * frame that is late in coming is not held against the slot that it shows.
 */
export function lastHiddenMs(frames: FrameLog, slot: string): number {
  const { states, insertedMs } = logOf(frames, slot)
  const last = states.findLastIndex((state) => state.isPresent && state.isHidden)
  return last < 0 ? 0 : (states[last + 1]?.previousMs ?? frames.lastMs) - insertedMs
}

/**
 * `longestHiddenMs` without what no timer could keep: by as much as a timer of a slot's budget was late in the same page, the
 * slot may be. On a machine whose cores others use the tag's timer comes late (200.1 ms were seen against 200).
 */
export function longestHoldMs(frames: FrameLog, slot: string): number {
  const { states } = logOf(frames, slot)
  const lateMs = Math.max(0, ...states.map(({ timerLateMs = 0 }) => timerLateMs))
  return Math.max(0, longestHiddenMs(frames, slot) - lateMs)
}

/** The same of `lastHiddenMs`. */
export function lastHoldMs(frames: FrameLog, slot: string): number {
  const { states } = logOf(frames, slot)
  const lateMs = Math.max(frames.timerLateMs ?? 0, ...states.map(({ timerLateMs = 0 }) => timerLateMs))
  return Math.max(0, lastHiddenMs(frames, slot) - lateMs)
}

/** Returns what the latest frame found in the slot; empty if the slot was not there. */
export function finalSignature(frames: FrameLog, slot: string): string {
  return logOf(frames, slot).states.at(-1)?.signature ?? ''
}
