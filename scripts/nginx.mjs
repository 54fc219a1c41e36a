import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const install = 'apt-get update && RUNLEVEL=1 apt-get install -y --no-install-recommends nginx'

let isOptOutPrinted = false

/** True unless `PREPAINT_NGINX=off`, which says once what is therefore not run. */
export function isNginxAsked() {
  const isAsked = process.env.PREPAINT_NGINX !== 'off'
  if (!isAsked && !isOptOutPrinted)
    console.log('PREPAINT_NGINX=off: NOT run: contextual decisions behind a shared cache.')
  isOptOutPrinted = true
  return isAsked
}

function findNginx() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
  return folders
    .map((folder) => join(folder, 'nginx'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Path of the program. Throws when it is missing. */
export function nginxProgram() {
  const path = findNginx()
  if (path) return path
  const remedy = `As root: ${install}. Or leave its tests out: PREPAINT_NGINX=off`
  throw Object.assign(new Error(`No nginx on this machine. ${remedy}`), { code: 'nginx_missing' })
}

/** Makes sure that nginx is here: installs it where that is allowed, else throws the command. */
export function ensureNginx() {
  if (!isNginxAsked() || findNginx()) return
  const isAllowed = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v apt-get']).status === 0
  if (isAllowed) {
    console.log(`> ${install}`)
    spawnSync('sh', ['-c', install], { stdio: 'inherit' })
  }
  nginxProgram()
}
