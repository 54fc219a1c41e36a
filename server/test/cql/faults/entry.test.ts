import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../../../lab/cassandra/cluster.ts'
import { NATIVE_PORT } from '../../../../lab/cassandra/node-config.ts'
import { createCertificate } from '../../../../lab/network/certificate.ts'
import { createLoss } from '../../../../lab/network/loss.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openSession } from '../../../src/stores/cql/driver/session.ts'
import { type Ended, runCommand } from '../../support/run-command.ts'
import { prove } from './prove.ts'

/** Not the network of the other tests: this node wants a password, and speaks TLS only. */
const NETWORK = 5
const ADDRESS = `127.0.${NETWORK}.1`
const STORE = `cql://${ADDRESS}/prepaint?dc=dc1`

/** Cassandra's first role. */
const FIRST = { PREPAINT_CQL_USERNAME: 'cassandra', PREPAINT_CQL_PASSWORD: 'cassandra' }

let cluster: Cluster
let directory: string
let [caFile, otherCaFile] = ['', '']

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-entry-'))
  const [tls, other] = await Promise.all([createCertificate(ADDRESS), createCertificate(ADDRESS)])
  ;[caFile, otherCaFile] = [join(directory, 'ca.pem'), join(directory, 'other.pem')]
  await writeFile(caFile, tls.cert)
  await writeFile(otherCaFile, other.cert)
  cluster = await startCluster({ network: NETWORK, nodes: 1, hasPasswords: true, tls, directory, isBrief: true })
})
afterAll(async () => {
  await cluster.end()
  await rm(directory, { recursive: true, force: true })
})

function migrate(query: string, env: { [name: string]: string }): Promise<Ended> {
  return runCommand(['migrate', '--replication-factor', '1', '--store', `${STORE}${query}`], env)
}

test('a cluster with TLS and passwords is entered by configuration alone', async () => {
  const { code, stderr } = await migrate('&tls=true', { ...FIRST, PREPAINT_CQL_CA: caFile })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

const refusals = [
  {
    name: 'a wrong password',
    query: '&tls=true',
    env: () => ({ ...FIRST, PREPAINT_CQL_PASSWORD: 'x', PREPAINT_CQL_CA: caFile }),
    says: 'set PREPAINT_CQL_USERNAME and PREPAINT_CQL_PASSWORD',
  },
  {
    name: 'no password',
    query: '&tls=true',
    env: () => ({ PREPAINT_CQL_CA: caFile }),
    says: 'set PREPAINT_CQL_USERNAME and PREPAINT_CQL_PASSWORD',
  },
  { name: 'a certificate that nobody here trusts', query: '&tls=true', env: () => FIRST, says: 'PREPAINT_CQL_CA' },
  {
    name: 'other authorities than those that have signed',
    query: '&tls=true',
    env: () => ({ ...FIRST, PREPAINT_CQL_CA: otherCaFile }),
    says: 'PREPAINT_CQL_CA',
  },
  {
    name: 'authorities that are not there',
    query: '&tls=true',
    env: () => ({ ...FIRST, PREPAINT_CQL_CA: '/nowhere.pem' }),
    says: 'correct PREPAINT_CQL_CA',
  },
  { name: 'no TLS', query: '', env: () => FIRST, says: 'say tls=true in the address' },
]

test.each(refusals)('$name: the error names the cluster and the remedy', async ({ query, env, says }) => {
  const { code, stderr } = await migrate(query, env())
  expect(code).toBe(1)
  expect(stderr).toContain(`the cluster at ${ADDRESS} (data centre dc1, keyspace prepaint)`)
  expect(stderr).toContain(says)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('the service has wrong credentials, until the cluster takes them: decisions keep their budget, and no event is lost', async () => {
  const address = parseCqlAddress(`${STORE}&tls=true`)
  const credentials = { username: 'cassandra', password: 'cassandra', caFile }
  await prove(
    {
      name: 'wrong credentials',
      isThereAtStart: true,
      settings: { cqlUsername: 'prepaint', cqlPassword: 'not-yet', cqlCaFile: caFile },
      async run() {
        await delay(2_000)
        const session = await openSession({ address, dataCentre: 'dc1', credentials, readTimeoutMs: 10_000 })
        await session.change("CREATE ROLE IF NOT EXISTS prepaint WITH PASSWORD = 'not-yet' AND LOGIN = true")
        await session.close()
      },
      tells: /it does not let this name and password in: set PREPAINT_CQL_USERNAME/,
    },
    {
      scene: { ...cluster, loss: createLoss({ network: NETWORK, port: NATIVE_PORT }) },
      store: `${STORE}&tls=true`,
      credentials,
    },
  )
}, 120_000)
