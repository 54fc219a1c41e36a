import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { claimDataDirectory } from '../service/data-directory.ts'
import type { CopyEnd } from '../stores/copy/copy-end.ts'
import { openLmdbEnd } from '../stores/copy/lmdb-end.ts'
import { ClusterError } from '../stores/cql/driver/cluster-error.ts'
import type { CqlCredentials } from '../stores/cql/driver/session.ts'
import { isStoreAddress, openRemoteEnd } from '../stores/open-store.ts'
import { readLogId } from '../streams/file-log/log-id.ts'
import { UsageError } from './command.ts'
import { checkStoreAddress } from './store-address.ts'
import { verifyForCommand } from './verify-for-command.ts'

async function openCluster(address: string, credentials: CqlCredentials): Promise<CopyEnd> {
  checkStoreAddress(address)
  let end: CopyEnd | undefined
  try {
    end = await openRemoteEnd(address, credentials)
    await end.logs()
    return end
  } catch (cause) {
    await end?.close()
    if (cause instanceof ClusterError) throw cause
    const reason = (cause as Error).message.split('\n')[0]
    throw new Error(`${address} cannot be used: ${reason}; a new one is made ready by \`prepaint-server migrate\``, {
      cause,
    })
  }
}

/** No service may have the directory: it is claimed for as long as the copy runs. */
async function openDirectory(dataDirectory: string): Promise<CopyEnd> {
  const release = await claimDataDirectory(dataDirectory)
  try {
    const log = join(dataDirectory, 'log')
    await mkdir(log, { recursive: true, mode: 0o700 })
    const profiles = join(dataDirectory, 'profiles')
    await verifyForCommand(profiles, { mayBeHalf: true })
    const end = openLmdbEnd({ directory: profiles, logId: await readLogId(log), now: Date.now })
    return {
      ...end,
      async close() {
        await end.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/**
 * A store that the command line names: a data directory, or the address of a cluster.
 * @throws ConfigError when a service uses the directory.
 */
export function openCopyEnd(name: string, credentials: CqlCredentials): Promise<CopyEnd> {
  return isStoreAddress(name) ? openCluster(name, credentials) : openDirectory(name)
}

/** @throws UsageError for a data directory without profiles. */
export function checkSource(name: string): void {
  if (isStoreAddress(name) || existsSync(join(name, 'profiles'))) return
  throw new UsageError(
    `no profiles in ${name}: give the data directory of a service that has run, or cql://host,…/keyspace?dc=NAME`,
  )
}
