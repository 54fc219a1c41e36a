import { CatalogError } from '../catalog/problem.ts'
import { ConfigError } from '../settings/resolve-settings.ts'
import { UsageError } from './command.ts'

/** Exit of a command that could not do its work. */
export interface Failure {
  /** 2: the command line, the settings or a catalog must be changed; 1: anything else. */
  exitCode: 1 | 2
  kind: 'usage' | 'config' | 'catalog' | 'failure'
  message: string
  /** With `catalog`: each problem with its place. */
  problems?: CatalogError['problems']
}

/** `node:util` parseArgs marks its errors so. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && /^ERR_PARSE_ARGS_/.test((error as NodeJS.ErrnoException).code ?? '')
}

/** Sorts an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError || isParseError(error)) return { exitCode: 2, kind: 'usage', message: error.message }
  if (error instanceof ConfigError) return { exitCode: 2, kind: 'config', message: error.message }
  if (error instanceof CatalogError) {
    return { exitCode: 2, kind: 'catalog', message: error.message, problems: error.problems }
  }
  return { exitCode: 1, kind: 'failure', message: error instanceof Error ? error.message : String(error) }
}
