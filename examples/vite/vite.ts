import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, preview } from 'vite'
import { type RunningService, startService } from '../../lab/world/service.ts'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

/** The app as its visitors get it. */
export interface RunningApp extends Pick<RunningService, 'service' | 'close'> {
  origin: string
}

/** Copies the example and installs the packed package into it, as npm would from its registry. */
async function install(folder: string): Promise<void> {
  await cp(here, folder, { recursive: true })
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  // Vite itself is the project's own.
  await run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', `./${filename}`], { cwd: folder })
  const installed = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'))
  if (installed.join() !== 'prepaint') throw new Error(`installed ${installed.join()} instead of prepaint alone`)
}

/** Packs the package, installs it into a copy of the example, builds that with Vite and serves it before its service. */
export async function startApp(port = 0): Promise<RunningApp> {
  const folder = await mkdtemp(join(tmpdir(), 'prepaint-vite-'))
  await install(folder)
  await build({ root: folder, logLevel: 'warn' })
  const { service, port: servicePort, close } = await startService(join(here, 'catalog.yaml'))
  process.env['PREPAINT_SERVICE'] = `http://127.0.0.1:${servicePort}`
  const server = await preview({ root: folder, logLevel: 'warn', preview: { host: '127.0.0.1', port } })
  const [origin = ''] = server.resolvedUrls?.local ?? []
  return {
    service,
    origin: origin.replace(/\/$/, ''),
    async close() {
      await server.close()
      await close()
      await rm(folder, { recursive: true })
    },
  }
}
