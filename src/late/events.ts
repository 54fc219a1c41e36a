import type { Outcome } from '../client/apply-decision.ts'
import type { Consent } from '../protocol/index.ts'
import type { ClientDecision } from './decision.ts'

/** Events that a client emits, with their details. */
export interface ClientEvents {
  /** An answer has come, or a cached one was found. */
  decision: { [slot: string]: ClientDecision }
  /** A slot has its decision. */
  applied: {
    /** The slot's name. */
    slot: string
    /** The experience's id; undefined when none fits. */
    experience: string | undefined
    /** The variant's id; undefined when `experience` is. */
    variant: string | undefined
    /** Outcome of the decision in the page. */
    outcome: Outcome
  }
  /** A visitor has had a decision in view: half of the slot for one second. */
  exposure: {
    /** The slot's name. */
    slot: string
    /** The experience's id. */
    experience: string
    /** The variant's id. */
    variant: string | undefined
  }
  /** Some slot's own content was shown because no decision came in time; the cause is that of the mark. */
  fallback: {
    /** `timeout`, an HTTP status, `200` for a body that is no answer of the service, or `0` for no connection. */
    cause: string
  }
  /**
   * A decision sends the visitor to another page. Who listens goes there without a load, as the app's router does; the tag then does
   * not. In a later view than the first a redirect is followed only if somebody listens.
   */
  redirect: {
    /** The whole address, with query and fragment. */
    address: string
  }
  /** The visitor allows something else than before. */
  consent: Consent
  /** The visitor has another token, or none any more. The token itself is not told. */
  identity: {
    /** True when the visitor has a token. */
    isKnown: boolean
  }
  /**
   * Something was given up: `reapply_gave_up` of a slot, `events_dropped` for lack of room, `events_refused` by the service, or
   * `property_dropped` for a property or trait that is no JSON.
   */
  error: {
    /** Code of the failure. */
    code: 'reapply_gave_up' | 'events_dropped' | 'events_refused' | 'property_dropped'
    /** With `reapply_gave_up`: the slot's name. */
    slot?: string
    /** With `property_dropped`: the name of the property or trait. */
    name?: string
    /** With `events_dropped` and `events_refused`: how many. */
    count?: number
  }
}

/** Tells listeners. A listener's error is reported as its own, and stops no other. */
export interface Emitter {
  /** @returns what stops it. */
  on<Name extends keyof ClientEvents>(name: Name, listen: (detail: ClientEvents[Name]) => void): () => void
  emit<Name extends keyof ClientEvents>(name: Name, detail: ClientEvents[Name]): void
}

/** An emitter without listeners. */
export function createEmitter(): Emitter {
  const listeners: { name: string; listen: (detail: never) => void }[] = []
  return {
    on(name, listen) {
      const entry = { name, listen }
      listeners.push(entry)
      return () => {
        const index = listeners.indexOf(entry)
        if (index >= 0) listeners.splice(index, 1)
      }
    },
    emit(name, detail) {
      listeners.slice().forEach((entry) => {
        if (entry.name !== name) return
        try {
          entry.listen(detail as never)
        } catch (error) {
          setTimeout(() => {
            throw error
          })
        }
      })
    },
  }
}
