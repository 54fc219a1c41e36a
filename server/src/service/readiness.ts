import type { Health, RegionFlaw } from '../http/schema/health.ts'
import type { DataCentre, StoreRegions } from '../stores/store.ts'
import type { ServicePart } from './part.ts'

/** Longest time until traffic is taken in any case, in ms: answers from context are better than none. */
const READY_AFTER_MS = 30_000

/** Age of a data centre's data from which on visitors are better sent elsewhere, in ms. */
const MAX_STALENESS_MS = 30_000

/** Readiness of the service for traffic. */
export interface Readiness extends Health {
  /** Of this process, whatever the others are. */
  isReadyItself(): boolean
  /** The service is ending: what is sent to it from now on it answers, but others should be asked. */
  end(): void
}

/** Conditions of readiness. */
export interface ReadinessOptions {
  /** It waits until they are warm, and ends when one is fenced. */
  parts: readonly ServicePart[]
  /** Of the store; absent where it is on this machine. */
  regions: StoreRegions | undefined
  /** Longest wait for them to be warm, in ms. Default 30,000. */
  readyAfterMs?: number
  /** True when the other processes of this service are ready. Default: there are none. */
  isReadyAround?: (() => boolean) | undefined
}

function flawOf(isReady: boolean, near: DataCentre | undefined): RegionFlaw | undefined {
  if (!isReady) return 'not_ready'
  if (near?.isLost) return 'data_centre_lost'
  // Where no heartbeat has ever been seen, nobody knows how old the data are.
  return near && (near.stalenessMs ?? Infinity) > MAX_STALENESS_MS ? 'data_centre_stale' : undefined
}

/** Watches over the start. */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { parts, regions, readyAfterMs = READY_AFTER_MS, isReadyAround = () => true } = options
  let isWarm = false
  let isEnding = false
  const warmed = (): void => void (isWarm = true)
  const timer = setTimeout(warmed, readyAfterMs).unref()
  void Promise.all(parts.map(({ warm }) => warm)).then(warmed)
  const isFenced = (): boolean => parts.some((part) => part.isFenced?.() ?? false)
  const isReadyItself = (): boolean => isWarm && !isEnding && !isFenced()
  const isReady = (): boolean => isReadyItself() && isReadyAround()

  return {
    isReady,
    isReadyItself,
    problems: () => parts.flatMap((part) => part.problem?.() ?? []),
    region() {
      const near = regions?.dataCentres()[0]
      const reason = flawOf(isReady(), near)
      return {
        status: reason === undefined ? 'ready' : 'not ready',
        ...(reason === undefined ? {} : { reason }),
        ...(near === undefined ? {} : { dataCentre: near.name }),
        ...(near?.stalenessMs === undefined ? {} : { stalenessMs: near.stalenessMs }),
      }
    },
    end() {
      isEnding = true
      clearTimeout(timer)
    },
  }
}
