import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SiteAsset } from '../../network/site.ts'
import { readBuilt } from '../tag.ts'
import { watchScript } from './route-page.ts'

/** The app of `next/`, with Next's app router, built for production and served by Next. Next makes new elements for another route. */
export interface NextApp {
  /** Port on 127.0.0.1; the app's base is `/next`. */
  port: number
  /** The scripts in its head that the app does not have itself: what watches it, and the tag. */
  asset(path: string): SiteAsset | undefined
  close(): Promise<void>
}

const scripts: { [path: string]: () => string } = {
  '/lab.js': watchScript,
  '/pp/prepaint.js': () => readBuilt('prepaint.js'),
}

const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const

/**
 * Builds it in a copy that stays, because a build takes half a minute and less than ten seconds with what the one before has left in
 * `.next`. The tag comes by address, so that one build serves for any tag.
 */
export async function startNextApp(): Promise<NextApp> {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const out = fileURLToPath(new URL('../../../out/routes', import.meta.url))
  await rm(`${out}/next/app`, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  for (const name of ['next', 'routes.ts']) await cp(here + name, `${out}/${name}`, { recursive: true })
  const cwd = `${out}/next`
  await promisify(execFile)(process.execPath, [createRequire(import.meta.url).resolve('next/dist/bin/next'), 'build'], {
    ...{ cwd, env },
  })
  const server = fork('serve.mjs', { cwd, env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = (await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(() => Promise.reject(new Error('Next has not started'))),
  ])) as [number]
  return {
    port,
    asset(path) {
      const script = scripts[path]?.()
      return script === undefined ? undefined : { body: script, type: 'text/javascript' }
    },
    async close() {
      const ended = once(server, 'exit')
      server.kill()
      await ended
    },
  }
}
