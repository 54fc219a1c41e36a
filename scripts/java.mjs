import { spawnSync } from 'node:child_process'

const install = 'apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless maven'

const tools = { java: ['-version'], mvn: ['--version'] }

let isOptOutPrinted = false

/** True unless `PREPAINT_CASSANDRA=off`, which says once what is therefore not run. */
export function isCassandraAsked() {
  const isAsked = process.env.PREPAINT_CASSANDRA !== 'off'
  if (!isAsked && !isOptOutPrinted)
    console.log('PREPAINT_CASSANDRA=off: NOT run: profiles in a real Cassandra cluster.')
  isOptOutPrinted = true
  return isAsked
}

function missingTools() {
  return Object.entries(tools)
    .filter(([tool, args]) => spawnSync(tool, args).status !== 0)
    .map(([tool]) => tool)
}

/** Throws with the command that installs what is missing. */
export function requireJava() {
  const missing = missingTools()
  if (missing.length === 0) return
  const remedy = `As root: ${install}. Or leave its tests out: PREPAINT_CASSANDRA=off`
  throw Object.assign(new Error(`No ${missing.join(' and no ')} on this machine. ${remedy}`), { code: 'java_missing' })
}

/** Makes sure that Java and Maven, which bring and run Cassandra, are here: installs them where that is allowed. */
export function ensureJava() {
  if (!isCassandraAsked() || missingTools().length === 0) return
  const isAllowed = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v apt-get']).status === 0
  if (isAllowed) {
    console.log(`> ${install}`)
    spawnSync('sh', ['-c', install], { stdio: 'inherit' })
  }
  requireJava()
}
