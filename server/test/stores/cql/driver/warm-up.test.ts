import { expect, test } from 'vitest'
import { warmUp } from '../../../../src/stores/cql/driver/warm-up.ts'
import { createMemoryCluster } from '../../../support/memory-cluster.ts'

test('a session is warmed by reads of nobody, one after the other, and by one at a quorum', async () => {
  const cluster = createMemoryCluster()
  await warmUp(cluster.session())
  expect(cluster.asked.map(({ name }) => name)).toEqual([...Array<string>(32).fill('readRow'), 'readBase'])
  expect(new Set(cluster.asked.map(({ values }) => values[0]))).toEqual(new Set(['']))
  expect(new Set(cluster.asked.map(({ values }) => values[1])).size).toBe(33)
  expect(cluster.mostAtOnce).toBe(1)
})

test('a node that refuses ends the warming, and a closed session, too; neither is told', async () => {
  const cluster = createMemoryCluster()
  cluster.failure = () => (cluster.asked.length === 3 ? new Error('no such table') : undefined)
  await warmUp(cluster.session())
  expect(cluster.asked).toHaveLength(3)
  const session = cluster.session()
  await session.close()
  await warmUp(session)
  expect(cluster.asked).toHaveLength(3)
})
