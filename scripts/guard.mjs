// Ends whatever a run has started when the run ends, however that may be: also by SIGKILL, of which no process hears. A guard
// in a session of its own holds the other end of a pipe, which the kernel closes with the run. It finds the run's processes
// by a mark that they inherit in their environment, and by descent where one was started without it.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const VARIABLE = 'PREPAINT_RUN'
const file = fileURLToPath(import.meta.url)

/** Time to end by itself before it is killed, in ms. */
const GRACE_MS = 2_000
/** Until then even a process in the middle of a write is gone, in ms. */
const LIMIT_MS = 20_000
const LOOK_MS = 100
const WATCH_MS = 500

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    // It has ended, or is somebody else's.
    return ''
  }
}

/** Parent and start of a process that runs; undefined when it has ended, also when nobody has heard of its end yet. */
function statOf(pid) {
  // proc_pid_stat(5): behind the name in brackets, fields 3, 4 and 22 of all.
  const fields = readProc(pid, 'stat').split(') ').at(-1).split(' ')
  if (fields.length < 20 || fields[0] === 'Z' || fields[0] === 'X') return undefined
  return { parent: Number(fields[1]), start: fields[19] }
}

function isMarked(pid, mark) {
  // Runs within this one have its mark and a slash before their own.
  return `\0${readProc(pid, 'environ')}`.includes(`\0${VARIABLE}=${mark}`)
}

/** The run's processes by id, each with its start: an id may go to another process. */
function processesOf(mark) {
  const stats = new Map()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) && Number(name) !== process.pid ? statOf(name) : undefined
    if (stat) stats.set(Number(name), stat)
  }
  const found = new Map([...stats].filter(([pid]) => isMarked(pid, mark)).map(([pid, { start }]) => [pid, start]))
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const [pid, { parent, start }] of stats) if (found.has(parent)) found.set(pid, start)
  }
  return found
}

function signalTo(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

async function sweep(mark) {
  const found = processesOf(mark)
  const startMs = Date.now()
  const asked = new Set()
  while (Date.now() - startMs < LIMIT_MS) {
    for (const [pid, start] of processesOf(mark)) found.set(pid, start)
    for (const [pid, start] of found) if (statOf(pid)?.start !== start) found.delete(pid)
    if (found.size === 0) return
    const isPatient = Date.now() - startMs < GRACE_MS
    for (const pid of found.keys()) {
      if (isPatient && asked.has(pid)) continue
      asked.add(pid)
      signalTo(pid, isPatient ? 'SIGTERM' : 'SIGKILL')
      // A stopped process hears of nothing but SIGKILL until it goes on.
      signalTo(pid, 'SIGCONT')
    }
    await delay(LOOK_MS)
  }
}

/** The npm that has started this process, if one has: somebody who ends it means the run. */
function npmAbove() {
  for (let pid = process.ppid, depth = 0; pid > 1 && depth < 4; depth++) {
    const stat = statOf(pid)
    if (/^npm[ \0]/.test(readProc(pid, 'cmdline')) && stat) return [pid, stat.start]
    pid = stat?.parent ?? 0
  }
  return []
}

let isGuarded = false

/** From now on, what this process starts ends with it; once is enough. Without Linux's `/proc` nothing is guarded. */
export function guardChildren() {
  if (isGuarded || !existsSync('/proc/self/environ')) return
  isGuarded = true
  const { [VARIABLE]: outer, ...env } = process.env
  const mark = `${outer === undefined ? '' : outer}${process.pid}-${Date.now().toString(36)}/`
  const guard = spawn(process.execPath, [file, mark, String(process.pid), ...npmAbove().map(String)], {
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => undefined)
  guard.stdin.on('error', () => undefined)
  guard.unref()
  guard.stdin.unref()
  process.env[VARIABLE] = mark
}

function main([mark, run, npm, npmStart]) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)
  if (npm !== undefined) {
    const timer = setInterval(() => {
      if (statOf(npm)?.start === npmStart) return
      clearInterval(timer)
      signalTo(Number(run), 'SIGTERM')
    }, WATCH_MS)
  }
  process.stdin.on('close', () => void sweep(mark).finally(() => process.exit()))
  process.stdin.resume()
}

if (process.argv[1] === file) main(process.argv.slice(2))
