import type { ClientOptions, Config } from './client/config.ts'

/** Fills in the defaults, as `tag.ts` does for a tag's attributes. */
export function configure(options: ClientOptions): Config {
  return {
    ...options,
    hosts: (options.endpoint ?? '/pp').split(' '),
    prefix: options.prefix ?? 'pp',
    budgetMs: options.budgetMs ?? 200,
    slots: { ...options.slots },
    vitals: options.vitals ? '' : undefined,
  }
}
