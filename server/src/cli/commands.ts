import { catalogCheck } from './catalog-check.ts'
import { catalogSchema } from './catalog-schema.ts'
import type { Command } from './command.ts'
import { config } from './config.ts'
import { dev } from './dev.ts'
import { doctor } from './doctor.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { init } from './init.ts'
import { key } from './key.ts'
import { link } from './link.ts'
import { openapi } from './openapi.ts'
import { loadtest } from './loadtest.ts'
import { migrate } from './migrate.ts'
import { profilesCopy } from './profiles-copy.ts'
import { snippet } from './snippet.ts'
import { start } from './start.ts'

/** Every command, by its name, in the order of the help. */
export const commands: { readonly [name: string]: Command } = {
  init,
  start,
  dev,
  snippet,
  config,
  key,
  link,
  erase,
  explain,
  doctor,
  openapi,
  migrate,
  'profiles copy': profilesCopy,
  loadtest,
  'catalog check': catalogCheck,
  'catalog schema': catalogSchema,
}
