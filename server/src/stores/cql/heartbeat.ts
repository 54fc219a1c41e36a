import type { CqlSession } from './driver/session.ts'

/** There is one row, whoever writes it: the newest of all is what counts. */
const NAME = 'log'

/** Writes that the owner of the log lives; where it arrives, everything has arrived that was written before. */
export async function writeHeartbeat(session: CqlSession, dataCentre: string, atMs: number): Promise<void> {
  await session.execute('writeHeartbeat', [NAME, dataCentre, BigInt(atMs)], 'localQuorum')
}

/** Returns the time of the newest heartbeat that this data centre has, in ms since 1970; undefined if it has none. */
export async function readHeartbeat(session: CqlSession): Promise<number | undefined> {
  const row = await session.execute('readHeartbeat', [NAME], 'localOne')
  return row && Number(row['at_ms'])
}
