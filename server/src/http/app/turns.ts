/** Does a work in one of the turns of the event loop to come. */
export type InTurn = (work: () => void) => void

/**
 * Makes a queue of which each turn of the event loop does one work: whatever else has arrived meanwhile goes before the
 * next. `nextTurn` calls back in the next turn.
 */
export function createTurns(nextTurn: (callback: () => void) => void = setImmediate): InTurn {
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
