import { expect, test } from 'vitest'
import { openSession } from '../../src/stores/cql/driver/session.ts'
import { testAddress } from './open-store.ts'

function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
}

test('a data centre that is misspelt is told with those that are there, and no try leaves a connection open', async () => {
  const address = testAddress()
  const before = sockets()
  for (let tries = 0; tries < 3; tries++) {
    await expect(openSession({ address, dataCentre: 'dcl', credentials: {} })).rejects.toThrow(
      'Available DCs are: [dc1]',
    )
  }
  await expect.poll(sockets).toBeLessThanOrEqual(before)
})
