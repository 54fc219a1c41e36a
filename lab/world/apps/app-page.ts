import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, createServer, type Plugin, type Rolldown } from 'vite'
import type { SitePage } from '../../network/site.ts'

/** The frameworks whose apps stand in this folder, one file each; all of them make the same page. */
export const frameworks = ['react', 'vue', 'svelte', 'preact', 'lit', 'alpine'] as const
export type Framework = (typeof frameworks)[number]

/** Compiles Svelte's components; its own plugin for Vite would bring a development server. */
function svelte(mode: Mode, generate: 'client' | 'server'): Plugin {
  return {
    name: 'svelte',
    async load(id) {
      if (!id.endsWith('.svelte')) return null
      const { compile } = await import('svelte/compiler')
      // A server renders the same for either; its runtime would have to be resolved for development, too.
      const dev = mode === 'development' && generate === 'client'
      return compile(readFileSync(id, 'utf8'), { generate, dev, filename: id }).js.code
    },
  }
}

/** Builds of a framework: for development it tells of what it finds wrong. */
export type Mode = 'development' | 'production'

/** The app of a framework, with the framework itself, as a script that sets `window.page`. */
function bundleApp(framework: Framework, mode: Mode): Promise<string> {
  return bundleModule(fileURLToPath(new URL(`${framework}.mjs`, import.meta.url)), mode)
}

/** A module with all that it imports, as a script that sets `window.page` to its exports. */
export async function bundleModule(entry: string, mode: Mode): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    mode,
    define: {
      'process.env.NODE_ENV': JSON.stringify(mode),
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    resolve: { conditions: ['browser', mode] },
    plugins: [svelte(mode, 'client')],
    build: {
      write: false,
      minify: mode === 'production',
      lib: { entry, name: 'page', formats: ['iife'] },
    },
  })) as Rolldown.RolldownOutput[]
  const [chunk] = built[0]?.output ?? []
  if (!chunk) throw new Error(`Vite has built nothing of ${entry}`)
  // Not `</script>`: the text stands in a page.
  return chunk.code.replaceAll('</script', '<\\/script')
}

const collect = `window.failures = []
addEventListener('error', ({ message }) => failures.push(message))
addEventListener('unhandledrejection', ({ reason }) => failures.push(String(reason)))
for (const level of ['error', 'warn']) {
  const tell = console[level]
  console[level] = (...all) => (failures.push(all.map(String).join(' ').slice(0, 300)), tell(...all))
}
window.recovered = []`

/** Those of them that can take over what a server has rendered, without an experimental part. */
export const hydrating = ['react', 'vue', 'svelte', 'preact'] as const

/** Renders the apps as a server does; `name` is `App` or `Prepared`. */
export async function renderApps(name: 'App' | 'Prepared', mode: Mode): Promise<{ [framework: string]: string }> {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
    server: { middlewareMode: true, ws: false, watch: null },
    appType: 'custom',
    mode,
    plugins: [svelte(mode, 'server')],
    optimizeDeps: { noDiscovery: true },
  })
  try {
    const { render } = (await server.ssrLoadModule('/render.mjs')) as {
      render: { [framework: string]: (name: string) => string | Promise<string> }
    }
    const all = hydrating.map(async (framework) => [framework, await render[framework]?.(name)])
    return Object.fromEntries(await Promise.all(all)) as { [framework: string]: string }
  } finally {
    await server.close()
  }
}

const keep = `window.served = [...document.querySelectorAll('[data-pp-slot]')];`

/**
 * A page that a server has rendered, and that an app takes over from a module script in the head. `window.served` holds the slots as the
 * server has sent them.
 */
export async function hydratedPage(
  framework: Framework,
  head: string,
  { mode, html, name }: { mode: Mode; html: string; name: 'App' | 'Prepared' },
): Promise<SitePage> {
  const script = `${await bundleApp(framework, mode)};${keep}page.hydrate(document.querySelector('#root'), page.${name})`
  return page(`${head}<script type="module">${script}</script>`, html, '')
}

/** A page that an app renders in the browser, into an empty root. */
export async function mountedPage(framework: Framework, head: string, mode: Mode = 'production'): Promise<SitePage> {
  return page(head, '', `${await bundleApp(framework, mode)};page.mount(document.querySelector('#root'))`)
}

function page(head: string, root: string, script: string): SitePage {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><script>${collect}</script>${head}<title>App</title>
    <link rel="stylesheet" href="/style.css"><style>b, em { display: inline-block }</style></head><body><div id="root">${root}</div><script>${script}</script></body></html>`
  return { chunks: [{ html }] }
}
