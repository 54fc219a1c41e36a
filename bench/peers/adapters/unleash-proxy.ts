import type { RequestListener } from 'node:http'
import type { LoadPackage, PeerRequest } from '../peer.ts'
import type { Question, Rule } from '../rules.ts'
import { contextOf, NOWHERE, OFFLINE, togglesOf } from './unleash.ts'

const KEY = 'bench'

/** Builds the Express app of Unleash's proxy. */
export function unleashProxyListener(rules: readonly Rule[], load: LoadPackage): RequestListener {
  const { createApp } = load('@unleash/proxy') as { createApp(options: object): RequestListener }
  const { InMemStorageProvider } = load('unleash-client') as { InMemStorageProvider: new () => object }
  return createApp({
    ...OFFLINE,
    unleashUrl: NOWHERE,
    unleashApiToken: KEY,
    clientKeys: [KEY],
    expBootstrap: { data: togglesOf(rules) },
    storageProvider: new InMemStorageProvider(),
    logLevel: 'fatal',
  })
}

/** Asks it for all toggles that are on. */
export function askUnleashProxy(question: Question): PeerRequest {
  return { path: '/proxy', headers: { Authorization: KEY }, body: { context: contextOf(question) } }
}
