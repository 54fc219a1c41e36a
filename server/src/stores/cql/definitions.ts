import { ProfileDamagedError } from '../../profiles/codec.ts'
import type { Definitions, SiteDefinitions } from '../../profiles/features/definitions.ts'
import { decodeDefinitions, encodeDefinitions } from '../definitions-text.ts'
import type { CqlRow, CqlSession } from './driver/session.ts'

function definitionsOf({ site, definitions }: CqlRow): [site: string, definitions: SiteDefinitions][] {
  try {
    return [[site as string, decodeDefinitions(definitions)]]
  } catch (error) {
    // They are declared anew; states of before are nobody's then.
    if (error instanceof ProfileDamagedError) return []
    throw error
  }
}

/** Reads the definitions of all sites. */
export async function readDefinitions(session: Pick<CqlSession, 'executeAll'>): Promise<Definitions> {
  return new Map((await session.executeAll('listDefinitions')).flatMap(definitionsOf))
}

/** Writes definitions; of two writes for one site the later declaration wins, whenever it arrives. */
export async function writeDefinitions(session: Pick<CqlSession, 'execute'>, definitions: Definitions): Promise<void> {
  for (const [site, one] of definitions)
    await session.execute('writeDefinitions', [site, encodeDefinitions(one), BigInt(one.writtenUs)], 'localQuorum')
}
