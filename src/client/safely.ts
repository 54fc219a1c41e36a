/**
 * Wraps an entry point, so that nothing of ours is ever thrown into the page: an error there would stop the brand's own
 * script, or reach its error reporting.
 */
export function safely<Args extends unknown[], Result>(
  run: (...args: Args) => Result,
): (...args: Args) => Result | undefined {
  return function () {
    try {
      // Not rest parameters: ES5 needs a copy loop for them.
      return run.apply(undefined, arguments as unknown as Args)
    } catch {
      // The fallback is the page as it is without us.
    }
  }
}
