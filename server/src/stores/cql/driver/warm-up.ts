import type { CqlSession } from './session.ts'

/** Reads before a session is used: each replica of any node has answered one by then. */
const READS = 32

/**
 * Prepares what decisions read with and makes connections, nodes and code warm. A node that refuses ends it: what it lacks is
 * told when it is needed.
 */
export async function warmUp(session: CqlSession): Promise<void> {
  try {
    for (let read = 0; read < READS; read++) await session.execute('readRow', ['', `warm-up-${read}`], 'localOne')
    await session.execute('readBase', ['', 'warm-up'], 'localQuorum')
  } catch {
    // The session is as good as it can be.
  }
}
