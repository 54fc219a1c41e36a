/** One thing that is wrong with a catalog file. */
export interface Problem {
  /** The file as it was given. */
  file: string
  /** From 1; 0 when the whole file is meant. */
  line: number
  /** From 1; 0 when the whole file is meant. */
  column: number
  /** The mistake, and a correct form. */
  message: string
}

/** A problem as compilers write it, so that editors and terminals can lead to the place. */
export function formatProblem({ file, line, column, message }: Problem): string {
  return line > 0 ? `${file}:${line}:${column}: ${message}` : `${file}: ${message}`
}

/** Catalogs that cannot be used, with everything that is wrong with them. */
export class CatalogError extends Error {
  /** For logs. */
  override readonly name = 'CatalogError'
  /** Everything that is wrong, in the order of the files. */
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}
