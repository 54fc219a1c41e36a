// Empties `dist` before a build: what an older version has left there would be published too.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

const dist = join(root, 'dist')
for (const name of readdirSync(dist)) if (name !== 'README.md') rmSync(join(dist, name), { recursive: true })
