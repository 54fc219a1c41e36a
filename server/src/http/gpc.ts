import type { FastifyRequest } from 'fastify'

/** True under Global Privacy Control: one field whose value is exactly `1` (Global Privacy Control, 3.2) is enough. */
export function hasGpc({ headers }: FastifyRequest): boolean {
  return String(headers['sec-gpc'] ?? '').split(',').some((value) => value.trim() === '1')
}
