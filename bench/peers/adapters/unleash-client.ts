import { type EventEmitter, once } from 'node:events'
import type { Answer, LoadPackage } from '../peer.ts'
import type { Rule } from '../rules.ts'
import { contextOf, NOWHERE, OFFLINE, togglesOf } from './unleash.ts'

interface Unleash extends EventEmitter {
  getVariant(name: string, context: object): object
}

interface UnleashClient {
  Unleash: new (options: object) => Unleash
  InMemStorageProvider: new () => object
}

/** Builds unleash-client over its bootstrap data. */
export async function buildUnleashClient(rules: readonly Rule[], load: LoadPackage): Promise<Answer> {
  const { Unleash, InMemStorageProvider } = load('unleash-client') as UnleashClient
  const unleash = new Unleash({
    ...OFFLINE,
    url: NOWHERE,
    appName: 'bench',
    bootstrap: { data: togglesOf(rules) },
    storageProvider: new InMemStorageProvider(),
    disableMetrics: true,
  })
  unleash.on('error', () => undefined)
  await once(unleash, 'ready')
  const names = [...new Set(rules.map(({ feature }) => feature))]
  return (question) => {
    const context = contextOf(question)
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, unleash.getVariant(name, context)])))
  }
}
