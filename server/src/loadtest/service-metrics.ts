/** Metrics of a service, read at its admin listener. */
export interface ServiceMetrics {
  /** Time of all cores that it has had, in seconds. */
  cpuS: number
  residentBytes: number
  /** Delay of the event loop since the metrics were read last, in ms. */
  eventLoopP99Ms: number
}

/** Reads the metrics of a service. @param adminUrl such as `http://127.0.0.1:4311`. */
export async function readServiceMetrics(adminUrl: string): Promise<ServiceMetrics> {
  const response = await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(5_000) })
  const text = await response.text()
  const valueOf = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return {
    cpuS: valueOf('process_cpu_seconds_total'),
    residentBytes: valueOf('process_resident_memory_bytes'),
    eventLoopP99Ms: valueOf('nodejs_eventloop_lag_p99_seconds') * 1_000,
  }
}
