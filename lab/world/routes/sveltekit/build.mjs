// Builds the app of this folder into the folder that the first argument names, with `fallback.html` for all its paths. SvelteKit takes
// the app from the working directory.
import { join } from 'node:path'
import { sveltekit } from '@sveltejs/kit/vite'
import { createBuilder } from 'vite'

const [out] = process.argv.slice(2)

const adapter = {
  name: 'single-page-app',
  async adapt(builder) {
    await builder.generateFallback(join(out, 'fallback.html'))
    builder.writeClient(out)
  },
}
const plugins = [await sveltekit({ adapter, paths: { base: '/sveltekit' } })]
const builder = await createBuilder({ configFile: false, logLevel: 'error', plugins })
await builder.buildApp()
