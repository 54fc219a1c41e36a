import type { Health, RegionFlaw } from '../http/routes/health.ts'
import type { DataCentre, StoreRegions } from '../stores/store.ts'

/** Longest time until traffic is taken in any case, in ms: answers from context are better than none. */
const READY_AFTER_MS = 30_000

/** Age of a data centre's data from which on visitors are better sent elsewhere, in ms. */
const MAX_STALENESS_MS = 30_000

/** Whether the service may be given traffic. */
export interface Readiness extends Health {
  /** The service is ending: what is sent to it from now on it answers, but others should be asked. */
  end(): void
}

/** What readiness follows from. */
export interface ReadinessOptions {
  /** Resolves when the store is warm, and everything is folded that was in the log when the service began. */
  warm: Promise<unknown>
  /** Of the store; absent where it is on this machine. */
  regions: StoreRegions | undefined
  /** True when events can never be taken in again. */
  isFenced: () => boolean
  /** Says what is wrong with the disk; absent where there is no log, or nothing. */
  diskFlaw?: (() => string | undefined) | undefined
  /** Longest wait for `warm`, in ms. Default 30,000. */
  readyAfterMs?: number
}

function flawOf(isReady: boolean, near: DataCentre | undefined): RegionFlaw | undefined {
  if (!isReady) return 'not_ready'
  if (near?.isLost) return 'data_centre_lost'
  // Where no heartbeat has ever been seen, nobody knows how old the data are.
  return near && (near.stalenessMs ?? Infinity) > MAX_STALENESS_MS ? 'data_centre_stale' : undefined
}

/** Watches over the start. */
export function createReadiness({
  warm,
  regions,
  isFenced,
  diskFlaw,
  readyAfterMs = READY_AFTER_MS,
}: ReadinessOptions): Readiness {
  let isWarm = false
  let isEnding = false
  const warmed = (): void => void (isWarm = true)
  const timer = setTimeout(warmed, readyAfterMs).unref()
  void warm.then(warmed)
  const isReady = (): boolean => isWarm && !isEnding && !isFenced()

  return {
    isReady,
    problems() {
      const message = diskFlaw?.()
      // Decisions go on: traffic that is sent elsewhere would not free the disk.
      return message === undefined ? [] : [{ code: 'disk_low', message }]
    },
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
