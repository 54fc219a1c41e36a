import { openApiDocument } from '../schema/openapi-document.ts'
import type { Operation } from '../schema/operation.ts'
import type { Route } from './route.ts'

/** `GET /v1/openapi.json`: the description of all routes, itself among them. */
export function openApiRoute(operations: () => readonly Operation[]): Route {
  return {
    method: 'get',
    path: '/v1/openapi.json',
    summary: 'This document',
    answer: { mediaType: 'application/json' },
    cors: 'any',
    create() {
      // As bytes that all answers share, also those that nobody reads.
      const document = Buffer.from(JSON.stringify(openApiDocument(operations())))
      return {
        answer: async (_request, reply) =>
          reply
            .headers({ 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' })
            .send(document),
      }
    },
  }
}
