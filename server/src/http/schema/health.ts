/** Reason why no traffic should be sent to a region. */
export type RegionFlaw = 'not_ready' | 'data_centre_lost' | 'data_centre_stale'

/** State of a region: whether visitors should be sent to it rather than to another one. */
export interface RegionHealth {
  status: 'ready' | 'not ready'
  reason?: RegionFlaw
  /** The near one; absent where the store is on this machine. */
  dataCentre?: string
  /** Age of its data; absent when no heartbeat has been seen there. */
  stalenessMs?: number
}

/** Problem of a service that still answers decisions. */
export interface HealthProblem {
  code: 'disk_low'
  /** Place and remedy; for the operator alone, since it may name a directory. */
  message: string
}

/** Health of the service: whether it may get traffic. */
export interface Health {
  /** For a load balancer: to this process. */
  isReady(): boolean
  /** For DNS: to this region. */
  region(): RegionHealth
  /** Problems that an operator has to see to, ready or not. */
  problems(): readonly HealthProblem[]
}
