import type { UserConfig } from 'vite'

/** The decision service on the page's own origin, as a brand's proxy brings it there. */
const proxy = {
  '/pp': {
    target: process.env['PREPAINT_SERVICE'] ?? 'http://127.0.0.1:4310',
    rewrite: (path: string) => path.slice('/pp'.length),
  },
}

export default { server: { proxy }, preview: { proxy } } satisfies UserConfig
