/**
 * Property that identifies the content of a slot: its text, its computed background image or colours, or the `src` of an image.
 */
export type ProbeKind = 'text' | 'background' | 'colors' | 'src'

/** A slot to watch. */
export interface Probe {
  /** Name of the slot in the log. */
  slot: string
  /** The first element that matches it is watched; asked for again in every frame, as slots are replaced. */
  selector: string
  /** Selector of the element in whose shadow root it stands; default the document. */
  host?: string
  kind: ProbeKind
  /**
   * Signature of the page's own content: text with single spaces, the `src` as written, or the background's address
   * (from the path on where the origin is the page's). The beginning of this text counts as original as well, because
   * the parser may still be inside the slot: give the personal text another beginning.
   */
  original: string
}

/** A slot as one frame found it, after all scripts of the frame and just before paint. */
export interface SlotState {
  /** Time of the first frame that found it so, in ms of `performance.now()`. */
  atMs: number
  /** Number of that frame, from 0. */
  frame: number
  /** Time of the frame before it, the last that found the state before; -1 in frame 0. */
  previousMs: number
  /** True when the slot's element was in the document. */
  isPresent: boolean
  /** True when nothing of it could be seen for its styles: `visibility`, `display`, or `opacity` 0. */
  isHidden: boolean
  /** See `ProbeKind`; empty when there is no element, no text yet, or no image. */
  signature: string
  /**
   * Of a state that is hidden: how much later than asked for a timer of a slot's budget came that began with it, in ms.
   * What the machine and the page's other tasks took from this one they took from the tag's own timer, too.
   */
  timerLateMs?: number
}

/** One slot over the life of a page: changes only. */
export interface SlotLog {
  kind: ProbeKind
  original: string
  /** Time at which the slot first came into the document, in ms of `performance.now()`; -1 if it never did. */
  insertedMs: number
  /** The state in frame 0, and each one that differed from the one before. */
  states: SlotState[]
}

/** The sampler's record in `window.__frames`. */
export interface FrameLog {
  /** Time of the first frame; -1 before it. */
  firstMs: number
  /** Time of the latest frame; -1 before the first. */
  lastMs: number
  /** The same of a timer of 800 ms that began with the page. */
  timerLateMs?: number
  /** Number of frames so far, each one a rendering opportunity. */
  count: number
  /** By slot name. */
  slots: { [slot: string]: SlotLog }
}
