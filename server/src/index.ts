/**
 * The decision service in a program of your own. Most run it by its command line instead (`server/README.md`).
 * @module prepaint-server
 */
export { CatalogError, type Problem } from './catalog/problem.ts'
export type { LogStream } from './http/app/app.ts'
export { type LinkOptions, signLink } from './identity/link.ts'
export type { ServiceAddress } from './service/address.ts'
export type { ServiceParts } from './service/core.ts'
export { createService, type Service } from './service/service.ts'
export { ConfigError } from './settings/resolve-settings.ts'
export type { ServiceConfig } from './settings/settings.ts'
export type { ProfileStore, ProfileWrite } from './stores/store.ts'
export type { EventLog, LogEntry } from './streams/log.ts'
