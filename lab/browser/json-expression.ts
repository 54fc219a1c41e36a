/**
 * Wraps an expression so that the page itself answers in JSON text: the three drivers serialise objects differently
 * (BiDi as typed nodes, WebDriver with element references), and text is the same in all.
 */
export function jsonExpression(expression: string): string {
  return `(async () => JSON.stringify(await (${expression})))()`
}

/** The value of what `jsonExpression` answered; `undefined` stays `undefined`. */
export function jsonValue<T>(text: string | null | undefined): T {
  return (typeof text === 'string' ? JSON.parse(text) : undefined) as T
}
