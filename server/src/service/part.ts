import type { HealthProblem } from '../http/schema/health.ts'
import type { Metrics } from '../metrics/metrics.ts'

/** One part of a service: what the root asks of it. A part has only those that it needs. */
export interface ServicePart {
  /** Adds what it tells of itself whenever the metrics are read. */
  gauges?(metrics: Metrics): void
  /** Resolves when it is warm: the service waits for it before it takes traffic. */
  warm?: Promise<unknown>
  /** True when the service can never take events in again. */
  isFenced?(): boolean
  /** Returns a problem that an operator has to see to. */
  problem?(): HealthProblem | undefined
  /** Ends it; what was added before it is there still. */
  close?(): unknown
}

/** The parts of a service, in the order in which they were opened. */
export interface Parts {
  /** Takes a part in, and gives it back. */
  add<Part extends ServicePart>(part: Part): Part
  all(): readonly ServicePart[]
  /** Closes them, in the opposite order; once. */
  close(): Promise<void>
}

/** Begins without a part. */
export function createParts(metrics: Metrics): Parts {
  const parts: ServicePart[] = []
  return {
    add(part) {
      parts.push(part)
      part.gauges?.(metrics)
      return part
    },
    all: () => parts,
    async close() {
      for (const part of parts.splice(0).reverse()) await part.close?.()
    },
  }
}
