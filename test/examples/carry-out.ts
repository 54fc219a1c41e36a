import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Returns what stands below a heading of a document. */
export function sectionOf(document: string, heading: string): string {
  const text = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8')
  return text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
}

/** A section's blocks of one language, in order. */
export function blocksOf(section: string, language: string): string[] {
  return [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text as string,
  )
}

/** The commands of all its `sh` blocks, without their comments. */
export function commandsOf(section: string): string[] {
  return blocksOf(section, 'sh').flatMap((block) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, ''))
      .filter(Boolean),
  )
}

/** Folder and deadline of a command. */
export interface CarryOut {
  cwd: string
  /** Added to the environment. */
  env?: { [name: string]: string }
  /** Output that shows that it is ready; then it goes on until the test is over. Absent: until it ends. */
  ready?: RegExp
}

/** Carries out a command; resolves with what it has said. */
export async function carryOut(command: string, { cwd, env = {}, ready }: CarryOut): Promise<string> {
  const child: ChildProcess = spawn('sh', ['-c', `exec ${command}`], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGTERM')
    // A program that `npx` has started outlives it by a moment, and writes into the folder that is removed next. The pipes close with the last one.
    await closed
  })
  let said = ''
  const isReady = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        said += String(chunk)
        if (ready?.test(said)) resolve()
      })
    }
  })
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`${command}: ${said}`)
  })
  await Promise.race(ready ? [isReady, ended] : [ended])
  return said
}
