import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AdmissionQueue } from '../../ingest/admission-queue.ts'
import { parseBody } from '../app/body.ts'
import type { ReadBody } from '../app/read-body.ts'

/** How the bodies of this part are read, and when. */
export interface EventScopeOptions {
  lane: AdmissionQueue
  readBody: ReadBody
}

/** The part of the app whose bodies wait for their turn before they are parsed; `route` adds its routes. */
export function addEventScope(
  app: FastifyInstance,
  options: EventScopeOptions,
  route: (corner: FastifyInstance) => void,
): void {
  const { lane, readBody } = options
  app.register(async (corner) => {
    corner.removeAllContentTypeParsers()
    const parse = (
      request: FastifyRequest,
      _payload: unknown,
      done: (error: Error | null, body?: unknown) => void,
    ): void => {
      readBody(request, (error, text) => {
        if (error) return done(error)
        lane.add(text.length, () => {
          let parsed: unknown
          try {
            parsed = parseBody(text)
          } catch (flaw) {
            return done(flaw as Error)
          }
          done(null, parsed)
        })
      })
    }
    corner.addContentTypeParser(['text/plain', 'application/json'], parse)
    route(corner)
  })
}
