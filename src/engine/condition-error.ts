/** Keys and indexes that lead to a part of a catalog. */
export type Path = readonly (string | number)[]

/** A flaw of a condition, with its path in the catalog. */
export class ConditionError extends Error {
  /** For logs. */
  override readonly name = 'ConditionError'
  /** Keys and indexes that lead to the offending part. */
  readonly path: Path

  constructor(message: string, path: Path) {
    super(message)
    this.path = path
  }
}
