import type { Connection } from './connection.ts'
import type { CqlRow, CqlSession } from './session.ts'

/** Answers in a row, reads' and probes', that must fail until a data centre counts as lost. */
const MAX_FAILURES = 3

/** Probes in a row that must succeed until it is asked again. */
const PROBES = 3

/** Pause between two probes, in ms: a site with few visitors must notice a loss within a second too. */
const PROBE_EVERY_MS = 150

/** One data centre as reads see it. */
export interface Region {
  dataCentre: string
  connection: Connection
}

/** The data centres in the order in which they are asked; a lost one is left out until it answers again. */
export interface Regions {
  /** A read from the first data centre that is not lost. */
  read(ask: (session: CqlSession) => Promise<CqlRow | undefined>): Promise<CqlRow | undefined>
  /** Name of the data centre that is asked now. */
  readonly current: string
  close(): void
}

/** What regions depend on. */
export interface RegionsOptions {
  /** Near first. */
  regions: readonly Region[]
  /** A read that costs little and whose answer is nobody's. */
  probe: (session: CqlSession) => Promise<unknown>
  onChange: (change: string) => void
}

interface State extends Region {
  failures: number
  successes: number
  isLost: boolean
}

/**
 * Watches how data centres answer. All of them are connected all the time, so that going over costs nothing. One that
 * stands alone is asked whatever it does, and is not probed.
 */
export function createRegions({ regions, probe, onChange }: RegionsOptions): Regions {
  const states: State[] = regions.map((region) => ({ ...region, failures: 0, successes: 0, isLost: false }))
  const current = (): State => states.find(({ isLost }) => !isLost) ?? (states[0] as State)

  function failed(state: State): void {
    state.successes = 0
    state.failures++
    if (state.isLost || state.failures < MAX_FAILURES || states.length === 1) return
    state.isLost = true
    onChange(`data centre ${state.dataCentre} does not answer: reads go to ${current().dataCentre}`)
  }

  function succeeded(state: State): void {
    state.failures = 0
    state.successes++
    if (!state.isLost || state.successes < PROBES) return
    state.isLost = false
    onChange(`data centre ${state.dataCentre} answers again: reads go to ${current().dataCentre}`)
  }

  async function look(state: State): Promise<void> {
    try {
      await probe(state.connection.session())
      succeeded(state)
    } catch {
      failed(state)
    }
  }

  const watched = states.length > 1 ? states : []
  const timers = watched.map((state) => setInterval(() => void look(state), PROBE_EVERY_MS).unref())

  return {
    get current() {
      return current().dataCentre
    },
    async read(ask) {
      const state = current()
      try {
        const row = await ask(state.connection.session())
        // A late answer of a lost data centre is no sign of health; its probes are.
        if (!state.isLost) succeeded(state)
        return row
      } catch (error) {
        failed(state)
        throw error
      }
    },
    close() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
