import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { EventLane } from '../events/event-lane.ts'
import { parseBody } from './body.ts'

/** The part of the app whose bodies wait for their turn before they are parsed; `route` adds its routes. */
export function addEventCorner(app: FastifyInstance, lane: EventLane, route: (corner: FastifyInstance) => void): void {
  app.register(async (corner) => {
    corner.removeAllContentTypeParsers()
    const parse = ({ headers }: FastifyRequest, body: string, done: (error: Error | null, body?: unknown) => void): void => {
      lane.add(body.length, () => {
        let parsed: unknown
        try {
          parsed = parseBody(body, headers.authorization !== undefined)
        } catch (error) {
          return done(error as Error)
        }
        done(null, parsed)
      })
    }
    corner.addContentTypeParser<string>(['text/plain', 'application/json'], { parseAs: 'string' }, parse)
    route(corner)
  })
}
