import { buildFlagd } from './adapters/flagd.ts'
import { askProxyEval, buildGrowthBook, proxyEvalListener } from './adapters/growthbook.ts'
import { buildOptimizely } from './adapters/optimizely.ts'
import { buildUnleashClient } from './adapters/unleash-client.ts'
import { askUnleashEdge, prepareUnleashEdge } from './adapters/unleash-edge.ts'
import { askUnleashProxy, unleashProxyListener } from './adapters/unleash-proxy.ts'
import type { Peer } from './peer.ts'

const LIBRARY = 'no HTTP; no profile read: the caller gives the traits; no durable events'
const UNLEASH = 'no profile read: the page sends the traits; no durable events: it counts in memory'

/** Products that a user would pick instead of the service, in the versions that were measured. */
export const PEERS: readonly Peer[] = [
  {
    kind: 'program',
    name: 'unleash-edge',
    version: '20.1.0',
    features: ['--no-default-features'],
    prepare: prepareUnleashEdge,
    request: askUnleashEdge,
    lacks: UNLEASH,
  },
  {
    kind: 'http',
    name: '@unleash/proxy',
    version: '1.4.19',
    beside: { 'unleash-client': '6.12.1' },
    listener: unleashProxyListener,
    request: askUnleashProxy,
    lacks: UNLEASH,
  },
  {
    kind: 'http',
    name: '@growthbook/proxy-eval',
    version: '1.1.2',
    beside: { '@growthbook/growthbook': '1.8.0' },
    listener: proxyEvalListener,
    request: askProxyEval,
    lacks:
      'behind a bare node:http of ours; no profile read: the page sends the traits; no events; no check of origin, key or limits',
  },
  {
    kind: 'process',
    name: '@openfeature/flagd-core',
    version: '4.0.1',
    beside: { '@openfeature/core': '1.12.0' },
    build: buildFlagd,
    lacks: LIBRARY,
  },
  { kind: 'process', name: '@growthbook/growthbook', version: '1.8.0', build: buildGrowthBook, lacks: LIBRARY },
  { kind: 'process', name: '@optimizely/optimizely-sdk', version: '6.6.1', build: buildOptimizely, lacks: LIBRARY },
  { kind: 'process', name: 'unleash-client', version: '6.12.1', build: buildUnleashClient, lacks: LIBRARY },
]
