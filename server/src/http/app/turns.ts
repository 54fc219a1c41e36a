import type { NextTurn } from '../../clock.ts'

/**
 * Makes a queue of which each turn of the event loop does one work: whatever else has arrived meanwhile goes before the
 * next, and a turn is no longer than the longest of them, however many have asked. `nextTurn` calls back in the next turn.
 */
export function createTurns(nextTurn: NextTurn = setImmediate): NextTurn {
  const waiting: (() => void)[] = []

  function run(): void {
    const work = waiting.shift() as () => void
    if (waiting.length > 0) nextTurn(run)
    work()
  }

  return (work) => {
    waiting.push(work)
    if (waiting.length === 1) nextTurn(run)
  }
}
