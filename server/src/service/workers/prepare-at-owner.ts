import { connect } from 'node:net'
import { type Prepare, requestBytes } from '../../catalog/aside-process.ts'

/** Has the owner prepare catalogs, which it does once for all workers. */
export function prepareAtOwner(path: string): Prepare {
  return async function* (request) {
    const socket = connect({ path, allowHalfOpen: true })
    for (const bytes of requestBytes(request)) socket.write(bytes)
    socket.end()
    yield* socket as AsyncIterable<Uint8Array>
  }
}
