/** Called with a problem; the work goes on. */
export type OnProblem = (problem: string, cause?: unknown) => void

/** Called for each entry, and each profile, without which folding goes on. */
export type OnPassedOver = (what: 'entry' | 'profile') => void

/** Callbacks for records that are passed over. */
export interface PassOverOptions {
  onProblem: OnProblem
  onPassedOver?: OnPassedOver | undefined
}

/** Makes what tells something once for each key: a log may have a thousand of them. */
export function tellOnce(onProblem: OnProblem): (key: number, problem: string) => void {
  const told = new Set<number>()
  return (key, problem) => {
    if (!told.has(key)) onProblem(problem)
    told.add(key)
  }
}

/** Runs `step` on an entry. If it throws, the entry is passed over: another try could never succeed. */
export function orPassOver<Result>(
  { offset }: { offset: number },
  { onProblem, onPassedOver }: PassOverOptions,
  step: () => Result,
): Result | undefined {
  try {
    return step()
  } catch (cause) {
    onPassedOver?.('entry')
    onProblem(`the log entry at ${offset} is no event and is passed over`, cause)
    return undefined
  }
}
