/** Why nobody should be sent to a region. */
export type RegionFlaw = 'not_ready' | 'data_centre_lost' | 'data_centre_stale'

/** Whether visitors who could be sent to another region should be sent to this one. */
export interface RegionHealth {
  status: 'ready' | 'not ready'
  reason?: RegionFlaw
  /** The near one; absent where the store is on this machine. */
  dataCentre?: string
  /** Age of its data; absent when no heartbeat has been seen there. */
  stalenessMs?: number
}

/** What keeps a service that answers decisions from something else. */
export interface HealthProblem {
  code: 'disk_low'
  /** Where, and what to do; for the operator alone, since it may name a directory. */
  message: string
}

/** What says whether traffic may come. */
export interface Health {
  /** For a load balancer: to this process. */
  isReady(): boolean
  /** For DNS: to this region. */
  region(): RegionHealth
  /** What an operator has to see to, ready or not. */
  problems(): readonly HealthProblem[]
}
