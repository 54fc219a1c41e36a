// A run: starts processes in the ways in which tests and demos do, and prints their ids. Two more become orphans.
import { spawn } from 'node:child_process'
import { guardChildren } from '../../scripts/guard.mjs'

guardChildren()

const idle = 'setInterval(() => {}, 1e6)'
// Does not end when it is asked to.
const deaf = `process.on('SIGTERM', () => {}); ${idle}`
const node = (script, options) => spawn(process.execPath, ['-e', script], { stdio: 'ignore', ...options })

const direct = node(idle)
const apart = node(deaf, { detached: true })
const stopped = node(idle)
stopped.kill('SIGSTOP')
const busy = node('for (;;);')
// A child with an environment of its own, and one whose parent has ended.
const parent = spawn(
  process.execPath,
  [
    '-e',
    `const { spawn } = require('node:child_process')
    const bare = spawn(process.execPath, ['-e', ${JSON.stringify(idle)}], { stdio: 'ignore', env: {} })
    const short = spawn('sh', ['-c', process.execPath + ' -e "setInterval(() => {}, 1e6)" & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    short.stdout.once('data', (orphan) => console.log(JSON.stringify([bare.pid, Number(orphan)])))
    ${idle}`,
  ],
  { stdio: ['ignore', 'pipe', 'ignore'] },
)
parent.stdout.once('data', (line) => {
  const pids = [direct, apart, stopped, busy, parent].map(({ pid }) => pid).concat(JSON.parse(line))
  process.stdout.write(`${JSON.stringify(pids)}\n`)
})
