import type { ClientOptions, Config } from './client/config.ts'

/** Fills in the defaults, as `tag.ts` does for a tag's attributes. */
export function configure(options: ClientOptions): Config {
  return {
    ...options,
    endpoint: options.endpoint ?? '/pp',
    prefix: options.prefix ?? 'pp',
    budgetMs: options.budgetMs ?? 200,
    slots: { ...options.slots },
    vitals: options.vitals ? '' : undefined,
  }
}
