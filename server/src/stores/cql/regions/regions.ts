import type { MonotonicClock } from '../../../clock.ts'
import type { CqlRow, CqlSession } from '../driver/session.ts'
import type { Connection } from './connection.ts'
import { createDistance, type Distance } from './distance.ts'

/** Answers in a row, reads' and probes', that must fail until a data centre counts as lost. */
const MAX_FAILURES = 3

/** Probes in a row that must succeed until it is asked again. */
const PROBES = 3

/** Pause between two probes, in ms: a site with few visitors must notice a loss within a second too. */
const PROBE_EVERY_MS = 150

/**
 * Longest time of a probe, in ms. With the driver's own limit one that hangs would take as often 250 ms as the data centre
 * has nodes; so three in a row have failed 700 ms after the last answer.
 */
const PROBE_TIMEOUT_MS = 250

/** Time that a data centre has for being entered before it is probed, in ms: a service that starts has lost nothing. */
const START_MS = 3_000

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
  /** Distance to that one, in ms. */
  readonly distanceMs: number
  isLost(dataCentre: string): boolean
  close(): void
}

/** Dependencies of regions. */
export interface RegionsOptions {
  /** Near first. */
  regions: readonly Region[]
  /** A read that costs little and whose answer is nobody's. */
  probe: (session: CqlSession) => Promise<unknown>
  /** Called when a data centre is lost, with the reason, and when it is back. */
  onChange: (change: string, cause?: unknown) => void
  /** Default `performance.now`. */
  now?: MonotonicClock
}

interface State extends Region {
  failures: number
  successes: number
  isLost: boolean
  distance: Distance
}

function withinTimeout(answer: Promise<unknown>): Promise<unknown> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`)), PROBE_TIMEOUT_MS)
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer))
}

/** Looks every 150 ms, from when there is a session or could have been one; returns its stop. */
function keepProbing(opened: Promise<unknown>, look: () => void): () => void {
  let isStopped = false
  let timer = setTimeout(begin, START_MS).unref()
  function begin(): void {
    clearTimeout(timer)
    if (!isStopped) timer = setInterval(look, PROBE_EVERY_MS).unref()
  }
  void opened.then(begin)
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

/**
 * Watches how data centres answer. All of them are connected all the time, so that going over costs nothing. When all are
 * lost the near one is asked, as one is that stands alone.
 */
export function createRegions({ regions, probe, onChange, now = () => performance.now() }: RegionsOptions): Regions {
  const states = regions.map((region): State => ({
    ...region,
    failures: 0,
    successes: 0,
    isLost: false,
    distance: createDistance(now),
  }))
  const current = (): State => states.find(({ isLost }) => !isLost) ?? (states[0] as State)

  function tell(change: string, cause?: unknown): void {
    const { isLost, dataCentre } = current()
    onChange(`${change}: ${isLost ? 'decisions go on without profiles' : `reads go to ${dataCentre}`}`, cause)
  }

  function failed(state: State, cause: unknown): void {
    state.successes = 0
    state.failures++
    if (state.isLost || state.failures < MAX_FAILURES) return
    state.isLost = true
    tell(`data centre ${state.dataCentre} does not answer`, cause)
  }

  function succeeded(state: State): void {
    state.failures = 0
    state.successes++
    if (!state.isLost || state.successes < PROBES) return
    state.isLost = false
    tell(`data centre ${state.dataCentre} answers again`)
  }

  async function timed<Answer>({ distance }: State, ask: () => Promise<Answer>): Promise<Answer> {
    const beganMs = now()
    const answer = await ask()
    distance.observe(now() - beganMs)
    return answer
  }

  async function look(state: State): Promise<void> {
    try {
      await withinTimeout(timed(state, () => probe(state.connection.session())))
      succeeded(state)
    } catch (error) {
      failed(state, error)
    }
  }

  const stops = states.map((state) => keepProbing(state.connection.opened, () => void look(state)))

  return {
    get current() {
      return current().dataCentre
    },
    get distanceMs() {
      return current().distance.ms
    },
    isLost: (name) => states.some(({ dataCentre, isLost }) => isLost && dataCentre === name),
    async read(ask) {
      const state = current()
      // That there is no session yet is for the probes to judge.
      const session = state.connection.session()
      try {
        const row = await timed(state, () => ask(session))
        // A late answer of a lost data centre is no sign of health; its probes are.
        if (!state.isLost) succeeded(state)
        return row
      } catch (error) {
        failed(state, error)
        throw error
      }
    },
    close: () => stops.forEach((stop) => stop()),
  }
}
