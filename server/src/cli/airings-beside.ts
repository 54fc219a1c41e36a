import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readCheckpoint } from '../consumers/tv/checkpoint.ts'
import { createTimelines, type Timelines } from '../consumers/tv/timelines.ts'
import type { CommandIo } from './command.ts'

async function logIdIn(dataDirectory: string): Promise<string | undefined> {
  try {
    return await readFile(join(dataDirectory, 'log', 'id'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

/** Reads what a service knows of airings, beside it: as it kept them last, a few seconds after each change. Empty if it has kept none. */
export async function readAiringsBeside(dataDirectory: string, io: CommandIo, nowMs: number): Promise<Timelines> {
  const onProblem = (problem: string): void => void io.stderr.write(`${problem}\n`)
  const timelines = createTimelines({ now: () => nowMs, onProblem })
  const logId = await logIdIn(dataDirectory)
  const found = logId === undefined ? undefined : await readCheckpoint(join(dataDirectory, 'airings'), logId, onProblem)
  for (const record of found?.records ?? []) timelines.apply(record, found?.at.revision ?? 0)
  return timelines
}
