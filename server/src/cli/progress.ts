import type { CommandIo } from './command.ts'

/** Silence after which somebody waiting wants to know why, in ms. */
const PATIENCE_MS = 2_000

/** Says on standard error what is being waited for, every two seconds. */
export async function withProgress<Result>(
  { stderr }: CommandIo,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  const startedMs = performance.now()
  const timer = setInterval(() => {
    stderr.write(`${what}: ${Math.round((performance.now() - startedMs) / 1_000)} s\n`)
  }, PATIENCE_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
