import type { CommandIo } from './command.ts'

/** Pause between two pictures of a bar on a terminal, and between two lines elsewhere, in ms. */
const REDRAW_MS = 100
const LINE_EVERY_MS = 2_000

const WIDTH = 30

/** Progress of a long operation. */
export interface Advance {
  /** Name of the present step, such as `copying`. */
  step: string
  /** Number of things done so far. */
  count: number
  /** 0 to 1. */
  share: number
}

/** Shows how far a long work has come: a bar on a terminal, a line every two seconds elsewhere. */
export interface ProgressBar {
  show(advance: Advance): void
  /** Leaves the line of the bar. */
  end(): void
}

/** Makes a bar of things called `things`, on standard error. `now` gives ms of any clock that does not go back. */
export function createProgressBar({ stderr }: CommandIo, things: string, now = () => performance.now()): ProgressBar {
  const isTerminal = stderr.isTTY === true
  const beganMs = now()
  let shownMs = isTerminal ? -Infinity : beganMs
  let firstCount: number | undefined
  let isDrawn = false

  function textOf({ step, count, share }: Advance, perSecond: number): string {
    const filled = Math.round(share * WIDTH)
    const bar = isTerminal ? ` [${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]` : ''
    const number = (value: number): string => Math.round(value).toLocaleString('en')
    return `${step}${bar} ${Math.floor(share * 100)} %, ${number(count)} ${things}, ${number(perSecond)}/s`
  }

  return {
    show(advance) {
      firstCount ??= advance.count
      const nowMs = now()
      if (nowMs - shownMs < (isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return
      shownMs = nowMs
      isDrawn = true
      const perSecond = (advance.count - firstCount) / Math.max(0.001, (nowMs - beganMs) / 1_000)
      // The end of a longer line before is cleared (ECMA-48, EL).
      stderr.write(isTerminal ? `\r${textOf(advance, perSecond)}\u001b[K` : `${textOf(advance, perSecond)}\n`)
    },
    end() {
      if (isTerminal && isDrawn) stderr.write('\n')
    },
  }
}
