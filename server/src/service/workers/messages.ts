import type { Problem } from '../../catalog/problem.ts'
import type { Listener } from '../../http/routes/route.ts'
import type { MetricsSnapshot } from '../../metrics/metrics.ts'
import type { ServiceConfig } from '../../settings/settings.ts'

/** The process that owns log and profiles, or one of those that answer. */
export type ProcessRole = 'owner' | 'worker'

/** Unix sockets of one supervisor's processes. */
export interface SocketPaths {
  /** At which the owner takes in events, and answers its operator. */
  owner: string
  /** At which the owner tells what workers have to know. */
  control: string
  /** At which the owner prepares catalogs. */
  catalogs: string
  /** At which this process listens for its own sake: a server that does not listen times nothing out. */
  own: string
}

/** First message to a process: what it is. */
export interface StartMessage {
  type: 'start'
  role: ProcessRole
  /** `owner`, `worker-1`, …: what lists of processes show. */
  name: string
  config: ServiceConfig
  sockets: SocketPaths
}

/** Message of the supervisor to a process. */
export type ToProcess =
  | StartMessage
  /** A connection comes with it. */
  | { type: 'connection'; listener: Listener }
  /** True when all processes are ready. */
  | { type: 'ready'; isReady: boolean }
  | { type: 'measure'; id: number }
  /** Answers `page`. */
  | { type: 'page'; id: number; text: string }
  | { type: 'end' }
  /** No connection comes any more. */
  | { type: 'settled' }

/** Reason why a start failed, so that the supervisor can fail in the same way. */
export interface StartFailure {
  kind: 'config' | 'catalog' | 'other'
  message: string
  problems: readonly Problem[]
}

/** Message of a process to the supervisor. */
export type FromProcess =
  | { type: 'listening' }
  | { type: 'failed'; failure: StartFailure }
  /** `taken`: connections that it has been given so far; `open`: those that are left. */
  | { type: 'state'; isReady: boolean; open: number; taken: number }
  | { type: 'measured'; id: number; metrics: MetricsSnapshot }
  /** Asks for the metrics of all processes. */
  | { type: 'page'; id: number }
  /** Its view of the profiles is of a file that is not in use any more. */
  | { type: 'outdated' }
