import { connect, type Socket } from 'node:net'
import type { WrittenProfile } from '../../decide/read/assumed.ts'
import type { OwnerState } from '../../forwarding/follow.ts'
import type { Charge, ChargeExchange, Limited } from '../../http/gate/limits.ts'
import type { CatalogAgreement, SiteDeclarations } from '../reload-catalogs.ts'
import { type ControlMessage, type ControlState, hearMessages, lineOf, type WorkerMessage } from './control.ts'

/** Pause between two tries to reach the owner, in ms. */
const RETRY_AFTER_MS = 10

/** Interval at which workers tell each other what has passed their limits, in ms. */
const EXCHANGE_EVERY_MS = 100

/** Keys that are told at once; of more than these, in so short a time, each has asked a few times. */
const MAX_CHARGES = 10_000

/** A worker's end. */
export interface Control extends OwnerState {
  /** Resolves when the owner has told its state for the first time. */
  known: Promise<void>
  /** Of what has passed the limits. */
  exchange: ChargeExchange
  agreement: CatalogAgreement
  close(): void
}

/** Options of a worker's end. */
export interface ControlOptions {
  path: string
  onWritten(site: string, id: string, profile: WrittenProfile): void
  /** Called after the last of some profiles that were written together. */
  onCommit(): void
  /** Called when the definitions of features have changed. */
  onDefinitions(): void
  onState(state: ControlState): void
}

/** Charges that are to be told. */
function createLedger() {
  const counts = new Map<string, Charge>()
  return {
    add(limit: Limited, key: string): void {
      const name = `${limit} ${key}`
      const count = (counts.get(name)?.[2] ?? 0) + 1
      if (count > 1 || counts.size < MAX_CHARGES) counts.set(name, [limit, key, count])
    },
    take(): readonly Charge[] {
      const charges = [...counts.values()]
      counts.clear()
      return charges
    },
  }
}

/** Listens to the owner of the log, and to the one that takes its place. */
export function followControl({ path, onWritten, onCommit, onDefinitions, onState }: ControlOptions): Control {
  const { promise: known, resolve: onKnown } = Promise.withResolvers<void>()
  let state: ControlState | undefined
  let socket: Socket | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let onAgreed: (file: string, version: string) => void = () => undefined
  const usable = new Map<string, { version: string; site: SiteDeclarations }>()
  let onCharges: (charges: readonly Charge[]) => void = () => undefined
  const ledger = createLedger()

  function take(message: ControlMessage): void {
    if (message.type === 'state') {
      state = message
      onState(message)
      onKnown()
    } else if (message.type === 'charges') {
      onCharges(message.charges)
    } else if (message.type === 'use') {
      onAgreed(message.file, message.version)
    } else if (message.type === 'definitions') {
      onDefinitions()
    } else {
      for (const [site, id, untilMs] of message.profiles)
        onWritten(site, id, untilMs === null ? {} : { link: { untilMs } })
      onCommit()
    }
  }

  function send(message: WorkerMessage): void {
    if (socket?.readyState === 'open') socket.write(lineOf(message))
  }

  function start(): void {
    socket = connect(path)
    hearMessages<ControlMessage>(socket, take)
    // An owner that takes the place of another one knows nothing.
    socket.once('connect', () => {
      for (const [file, can] of usable) send({ type: 'can-use', file, ...can })
    })
    socket.once('close', () => {
      if (!isClosed) timer = setTimeout(start, RETRY_AFTER_MS)
    })
  }

  start()
  const telling = setInterval(() => {
    const charges = ledger.take()
    if (charges.length > 0) send({ type: 'charges', charges })
  }, EXCHANGE_EVERY_MS).unref()
  return {
    known,
    agreement: {
      canUse(file, version, { name, features, plan }) {
        const can = { version, site: { name, features, plan } }
        usable.set(file, can)
        send({ type: 'can-use', file, ...can })
      },
      onAgreed: (use) => void (onAgreed = use),
    },
    exchange: { charged: ledger.add, onCharges: (take) => void (onCharges = take) },
    // While it is away, what is sent to it is refused with 503 in any case.
    isBehind: () => state?.isBehind ?? false,
    isFenced: () => state?.isFenced ?? false,
    close() {
      isClosed = true
      clearTimeout(timer)
      clearInterval(telling)
      socket?.destroy()
    },
  }
}
