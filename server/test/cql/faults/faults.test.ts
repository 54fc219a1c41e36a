import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { type Cluster, startCluster } from '../../../../lab/cassandra/cluster.ts'
import { NATIVE_PORT } from '../../../../lab/cassandra/node-config.ts'
import { createLoss, type Loss } from '../../../../lab/network/loss.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { faults, migrateFor } from './faults.ts'
import { prove } from './prove.ts'

/** Not the network of the other tests: these nodes die. */
const NETWORK = 8

let cluster: Cluster
let loss: Loss
let directory: string
let store: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-faults-'))
  loss = createLoss({ network: NETWORK, port: NATIVE_PORT })
  cluster = await startCluster({ network: NETWORK, directory, isBrief: true, clientAddressOf: loss.addressOf })
  store = `cql://${cluster.addresses.join(',')}/prepaint?dc=dc1`
  await migrateFor(parseCqlAddress(store))
})
afterAll(async () => {
  await cluster.end()
  await loss.close()
  await rm(directory, { recursive: true, force: true })
})

test.each(faults)(
  '$name: decisions keep their budget, no event is lost, and it heals by itself',
  async (fault) => {
    await prove(fault, { scene: { ...cluster, loss }, store })
  },
  240_000,
)
