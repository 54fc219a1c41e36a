import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Measurement } from '../figure.ts'

/** Longest trial of one input, in ms. */
const TRIAL_MS = 200_000

/** Carries out a trial on the build; true if its last verdict says that what must hold holds. */
async function holds(trial: string): Promise<boolean> {
  const env = { ...process.env, PREPAINT_CHECKOUT: process.cwd() }
  const child = spawn(process.execPath, [trial], { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: TRIAL_MS })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return /\bholds\b/.test(output.split('\n').findLast((line) => line.includes('VERDICT')) ?? '')
}

/** Inputs that broke others, each a folder with a `run.mjs` in the folder that `PREPAINT_FAULTS` names; without it nothing is tried. */
export const robustFaults: Measurement = {
  title: 'inputs that broke others',
  families: ['robust.faults'],
  async measure() {
    const { PREPAINT_FAULTS: folder } = process.env
    if (folder === undefined) {
      process.stderr.write('robust.faults: NOT measured: PREPAINT_FAULTS names no folder\n')
      return []
    }
    const names = readdirSync(folder).filter((name) => /^\d/.test(name))
    let value = 0
    for (const name of names) {
      const isSound = await holds(join(folder, name, 'run.mjs'))
      process.stderr.write(`  ${name}: ${isSound ? 'holds' : 'fails'}\n`)
      if (isSound) value++
    }
    return [{ name: 'robust.faults', value, unit: 'inputs', limit: Math.max(1, names.length), isFloor: true }]
  },
}
