import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Charge } from '../../http/gate/limits.ts'
import type { SiteDeclarations } from '../reload-catalogs.ts'

/** Requests that have passed the limits at one worker; the owner hands it on to the others. */
interface ChargesMessage {
  type: 'charges'
  charges: readonly Charge[]
}

/** Message of a worker, one JSON a line. */
export type WorkerMessage =
  | ChargesMessage
  /** It can use this version of a catalog's file, or does; the owner, which reads no catalogs, hears what that declares. */
  | { type: 'can-use'; file: string; version: string; site: SiteDeclarations }

/** Message to a worker, one JSON a line. */
export type ControlMessage =
  | ChargesMessage
  /** All workers can use this version. */
  | { type: 'use'; file: string; version: string }
  | ({ type: 'state' } & ControlState)
  /** Profiles that have been written, each with the end of its link. */
  | { type: 'written'; profiles: readonly WrittenRow[] }
  /** Definitions of features have changed in the store. */
  | { type: 'definitions' }

/** State of the owner. */
export interface ControlState {
  isBehind: boolean
  isFenced: boolean
  /** Tells the file of profiles from one that takes its place. */
  storeId: number
}

export type WrittenRow = readonly [site: string, id: string, linkUntilMs: number | null]

/** Makes the line that a message is. */
export function lineOf(message: WorkerMessage | ControlMessage): string {
  return `${JSON.stringify(message)}\n`
}

/** Calls `hear` with each message that comes; the end of a connection is told by its `close`. */
export function hearMessages<Message>(socket: Socket, hear: (message: Message) => void): void {
  const lines = createInterface({ input: socket })
  for (const source of [socket, lines]) source.on('error', () => undefined)
  lines.on('line', (line) => {
    let message: Message
    try {
      message = JSON.parse(line) as Message
    } catch {
      // Half of one, whose sender was killed.
      return
    }
    hear(message)
  })
}
