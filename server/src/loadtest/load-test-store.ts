import { parseCqlAddress } from '../stores/cql/address.ts'
import { openCqlStore } from '../stores/cql/cql.ts'
import type { CqlCredentials } from '../stores/cql/driver/session.ts'
import type { ProfileStore } from '../stores/store.ts'

/** Life of a load test's profiles, in seconds: a day, in which they can be used again. */
export const LIFE_S = 86_400

/** Connection of a load test to a cluster. */
export interface LoadTestStoreOptions {
  address: string
  credentials: CqlCredentials
  logId: string
  /** Called with the reason why the cluster cannot be entered. */
  onProblem?: (problem: string, cause?: unknown) => void
}

/** A store whose profiles go away by themselves. */
export function openLoadTestStore({
  address,
  onProblem = () => undefined,
  ...options
}: LoadTestStoreOptions): ProfileStore {
  const store = openCqlStore({ ...options, address: parseCqlAddress(address), now: Date.now, lifeS: LIFE_S, onProblem })
  // Others would take its heartbeat for that of the log's owner.
  delete store.writeHeartbeat
  return store
}
