import type { Command } from './command.ts'

/** A command that is there once it is asked for: the modules of all of them together take longer to load than most take to run. */
export interface CommandEntry {
  summary: string
  load(): Promise<Command>
}

/** Every command, by its name, in the order of the help. */
export const commands: { readonly [name: string]: CommandEntry } = {
  init: {
    summary: 'write a catalog to begin with, and say what to do next',
    load: async () => (await import('./commands/init.ts')).init,
  },
  start: {
    summary: 'run the decision service',
    load: async () => (await import('./commands/start.ts')).start,
  },
  dev: {
    summary: 'run it for development: ./catalog.yaml, readable log, pages of this machine may ask',
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  snippet: {
    summary: 'print the tag of a site, its Content-Security-Policy and the proxy rule',
    load: async () => (await import('./commands/snippet.ts')).snippet,
  },
  config: {
    summary: 'check the settings of `start`; with --print show what is in effect, and where it was set',
    load: async () => (await import('./commands/config.ts')).config,
  },
  key: {
    summary: 'print a key of a site: for its servers, or to send events with',
    load: async () => (await import('./commands/key.ts')).key,
  },
  link: {
    summary: 'sign a link for one known customer',
    load: async () => (await import('./commands/link.ts')).link,
  },
  erase: {
    summary: 'have a running service forget all that it knows of a user or visitor',
    load: async () => (await import('./commands/erase.ts')).erase,
  },
  report: {
    summary: 'say what experiences have earned, and how sure that is',
    load: async () => (await import('./commands/report.ts')).report,
  },
  import: {
    summary: 'bring what the brand knows already: events of the past, from a file, to a running service',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  'tv import': {
    summary: 'bring schedules, logs and cues of TV to a running service, or follow a playlist for it',
    load: async () => (await import('./commands/tv-import.ts')).tvImport,
  },
  'tv lint': {
    summary: 'say what is wrong with schedules, logs and cues of TV',
    load: async () => (await import('./commands/tv-lint.ts')).tvLint,
  },
  'tv now': {
    summary: 'show what is on TV, as a service knows it, and the commercials that come next',
    load: async () => (await import('./commands/tv-now.ts')).tvNow,
  },
  'tv replay': {
    summary: 'have a running service live through a day of airing data, as if it were now',
    load: async () => (await import('./commands/tv-replay.ts')).tvReplay,
  },
  'tv off': {
    summary: 'have pages stop what a spot, a feed or all of TV has them show',
    load: async () => (await import('./commands/tv-switch.ts')).tvOff,
  },
  'tv on': {
    summary: 'take `tv off` back',
    load: async () => (await import('./commands/tv-switch.ts')).tvOn,
  },
  explain: {
    summary: 'say what a visitor gets in each slot, and why not the others',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  profile: {
    summary: 'show what is known of a visitor or user: facts, features, and the audiences that they make',
    load: async () => (await import('./commands/profile.ts')).profile,
  },
  tail: {
    summary: 'show the events of the log, as they come',
    load: async () => (await import('./commands/tail.ts')).tail,
  },
  audience: {
    summary: 'say how many profiles are in each audience',
    load: async () => (await import('./commands/audience.ts')).audience,
  },
  doctor: {
    summary: 'say what keeps Prepaint from working on a page, with a cluster or on a disk',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  openapi: {
    summary: 'print the OpenAPI 3.1 description of the service, as GET /v1/openapi.json does',
    load: async () => (await import('./commands/openapi.ts')).openapi,
  },
  migrate: {
    summary: "make a cluster's keyspace and tables, or bring them up to date; can be run again",
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  'profiles copy': {
    summary: 'copy all profiles between data directories and clusters; run again, it goes on where it broke off',
    load: async () => (await import('./commands/profiles-copy.ts')).profilesCopy,
  },
  loadtest: {
    summary: 'simulate your own traffic against a store: latencies, tiers, errors and cost',
    load: async () => (await import('./commands/loadtest.ts')).loadtest,
  },
  'catalog check': {
    summary: 'say what is wrong with catalogs, what is suspicious and what they cost',
    load: async () => (await import('./commands/catalog-check.ts')).catalogCheck,
  },
  'catalog schema': {
    summary: 'print the JSON Schema of catalogs',
    load: async () => (await import('./commands/catalog-schema.ts')).catalogSchema,
  },
}
