import { type ClientOptions, type Config, hostsOf } from '../client/config.ts'

/** Selectors, where they are texts. */
function selectorsOf(slots: unknown): { [name: string]: string } {
  const pairs = Object.entries(slots && typeof slots === 'object' ? slots : {})
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

/** Fills in the defaults, as `tag.ts` does for a tag's attributes. What is of another type than it should be counts as absent. */
export function configure(options: ClientOptions): Config {
  const { site, endpoint, slots, consent, budgetMs, prefix, gpc, views, vitals } = options
  return {
    site: String(site),
    _hosts: hostsOf(typeof endpoint === 'string' ? endpoint : ''),
    slots: selectorsOf(slots),
    consent,
    _budgetMs: typeof budgetMs === 'number' && budgetMs >= 0 ? budgetMs : 200,
    prefix: typeof prefix === 'string' && prefix ? prefix : 'pp',
    gpc,
    views,
    pages: 'off',
    vitals: vitals ? '' : undefined,
  }
}
