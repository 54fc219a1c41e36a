import { parseCqlAddress } from '../stores/cql/address.ts'
import { type CqlCredentials, openSession } from '../stores/cql/driver/session.ts'

/** Looks whether a cluster can be filled. @throws Error that says what it lacks and what to do. */
export async function checkCluster(text: string, credentials: CqlCredentials): Promise<void> {
  const address = parseCqlAddress(text)
  const clusterError = (flaw: string, cause: unknown): Error =>
    new Error(`${text}: ${flaw} (${(cause as Error).message})`, { cause })
  const session = await openSession({ address, dataCentre: address.dataCentre, credentials }).catch(
    (cause: unknown) => {
      throw clusterError(
        'the cluster cannot be entered: compare the hosts and dc= with it, and PREPAINT_CQL_USERNAME, _PASSWORD and _CA',
        cause,
      )
    },
  )
  try {
    await session.execute('readVersion', ['prepaint'], 'localQuorum').catch((cause: unknown) => {
      throw clusterError(
        `the keyspace cannot be read: make it with \`prepaint-server migrate --store '${text}'\``,
        cause,
      )
    })
  } finally {
    await session.close()
  }
}
