import { fileURLToPath } from 'node:url'

/** The root of the repository, seen from a copy of this folder in `out/routes`: Next itself is there. */
const root = fileURLToPath(new URL('../../..', import.meta.url))

export default {
  basePath: '/next',
  turbopack: { root },
  outputFileTracingRoot: root,
}
