/** Address of a cluster: `cql://10.0.0.1:9142,10.0.0.2:9142/prepaint?dc=dc1&tls=true`. */
export interface CqlAddress {
  /** Hosts that are asked first for the others. */
  contactPoints: string[]
  /** The one at which every node serves clients: a node names others without theirs. */
  port: number
  keyspace: string
  /** The data centre that is near: all reads go there. */
  dataCentre: string
  /** Data centres that answer while the near one does not, in this order. */
  fallbackDataCentres: string[]
  isTls: boolean
  /** Added to every answer, in ms: a load test's cluster is as far away as a real one would be. 0 everywhere else. */
  rttMs: number
}

/** Parameters that may follow the address's `?`. */
const PARAMETERS = ['dc', 'fallback', 'tls', 'rtt']

/** Longest distance that can be simulated, in ms: about once around the world. */
const MAX_RTT_MS = 200

/** Port on which nodes serve clients by default. */
const DEFAULT_PORT = 9042

/** CQL's grammar of an unquoted name; one that is not would have to be quoted in every statement. */
const NAME = /^[a-z][a-z0-9_]{0,47}$/

/** Letters that cloud regions and data centres are named with. */
const DATA_CENTRE = /^[\w.-]{1,64}$/

const FORM = 'write it as cql://host1,host2/keyspace?dc=name'

/** Mistakes in an address; empty when there is none. */
export function flawsOfAddress(text: string): string[] {
  try {
    parseCqlAddress(text)
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

/**
 * Reads an address. Names and passwords have no place in it: an address ends up in logs and process lists.
 * @throws Error that names what is wrong with it.
 */
export function parseCqlAddress(text: string): CqlAddress {
  const [, credentials, hosts = '', keyspace = '', query = ''] =
    /^cql:\/\/([^/@]*@)?([^/?@]+)\/([^/?]+)(?:\?(.*))?$/.exec(text) ?? refuse('it is no address of a cluster')
  if (credentials) refuse('it holds a name or password: set PREPAINT_CQL_USERNAME and PREPAINT_CQL_PASSWORD')
  if (!NAME.test(keyspace)) refuse(`${keyspace} is no keyspace: small letters, digits and _`)
  const parameters = new URLSearchParams(query)
  const unknown = [...parameters.keys()].filter((name) => !PARAMETERS.includes(name))
  if (unknown.length > 0) refuse(`it knows no ${unknown.join(', ')}`)
  const [dataCentre = '', ...fallbackDataCentres] = [
    parameters.get('dc') ?? '',
    ...(parameters.get('fallback') ?? '').split(',').filter((name) => name !== ''),
  ]
  for (const name of [dataCentre, ...fallbackDataCentres]) {
    if (!DATA_CENTRE.test(name)) refuse('it lacks dc=, the name of the near data centre')
  }
  const places = hosts
    .split(',')
    .map((host) => /^([\w.-]+|\[[\da-f:]+\])(?::(\d{1,5}))?$/i.exec(host) ?? refuse(`${host} is no host`))
  const ports = new Set(places.map(([, , port]) => Number(port ?? DEFAULT_PORT)))
  if (ports.size > 1) refuse('its hosts have several ports: all nodes of a cluster serve at one')
  const tls = parameters.get('tls') ?? 'false'
  if (tls !== 'true' && tls !== 'false') refuse('tls= is true or false')
  const rttMs = Number(parameters.get('rtt') ?? 0)
  if (!(rttMs >= 0 && rttMs <= MAX_RTT_MS)) refuse(`rtt= is a simulated distance of 0 to ${MAX_RTT_MS} ms`)
  return {
    contactPoints: places.map(([, host = '']) => host.replace(/^\[|\]$/g, '')),
    port: [...ports][0] as number,
    keyspace,
    dataCentre,
    fallbackDataCentres,
    isTls: tls === 'true',
    rttMs,
  }

  function refuse(flaw: string): never {
    throw new Error(`${text.replace(/\/\/.*@/s, '//…@')}: ${flaw}; ${FORM}`)
  }
}
