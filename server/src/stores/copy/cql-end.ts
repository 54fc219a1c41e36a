import type { CqlAddress } from '../cql/address.ts'
import { readDefinitions, writeDefinitions } from '../cql/definitions.ts'
import { type CqlCredentials, type CqlRow, openSession } from '../cql/driver/session.ts'
import type { CopiedRow, CopyEnd } from './copy-end.ts'

/** Parts in which the table is read, so that no question is about much of it. */
const PARTS = 256

/** Rows written at once. */
const CONCURRENT_WRITES = 64

/** Tokens are 64-bit integers; the least of them is given to no key (Cassandra's and ScyllaDB's Murmur3Partitioner). */
const LEAST_TOKEN = -(2n ** 63n)
const LAST_TOKEN = 2n ** 63n - 1n
const TOKENS = 2n ** 64n

/** The ring behind a token, in parts. */
function* partsBehind(token: bigint): Generator<[after: bigint, last: bigint]> {
  const size = TOKENS / BigInt(PARTS)
  for (let after = token; after < LAST_TOKEN;) {
    const last = ((after - LEAST_TOKEN) / size + 1n) * size + LEAST_TOKEN
    yield [after, last > LAST_TOKEN ? LAST_TOKEN : last]
    after = last
  }
}

function copiedRow(row: CqlRow): CopiedRow {
  const { site, visitor, row: bytes, epoch, log_offset: offset, written_us: writtenUs, ttl_s: ttlS } = row
  return {
    site: site as string,
    visitorId: visitor as string,
    bytes: bytes as Buffer,
    position: { epoch: Number(epoch), offset: Number(offset), writtenUs: Number(writtenUs) },
    ttlS: ttlS as number,
  }
}

/** A cluster as an end of a copy. A service may go on writing there: each row says up to where it is folded. */
export async function openCqlEnd(address: CqlAddress, credentials: CqlCredentials): Promise<CopyEnd> {
  const session = await openSession({ address, dataCentre: address.dataCentre, credentials })

  async function writeRow({ site, visitorId, bytes, position, ttlS }: CopiedRow): Promise<void> {
    const { epoch, offset, writtenUs } = position
    const values = [site, visitorId, bytes, epoch, BigInt(offset), BigInt(writtenUs), BigInt(writtenUs), ttlS]
    await session.execute('writeRow', values, 'localQuorum')
  }

  return {
    remedy: `TRUNCATE ${address.keyspace}.profiles`,
    hasPositions: true,
    async *read(place) {
      for (const part of partsBehind(place === undefined ? LEAST_TOKEN : BigInt(place))) {
        for await (const page of session.pages('scanRows', part)) {
          // Going on behind a token would pass over another key with the very same; among a billion keys there is hardly one.
          const token = page.at(-1)?.['place'] as bigint | undefined
          if (token === undefined) continue
          yield { rows: page.map(copiedRow), place: `${token}`, share: Number(token - LEAST_TOKEN) / Number(TOKENS) }
        }
      }
    },
    async write(rows) {
      for (let start = 0; start < rows.length; start += CONCURRENT_WRITES) {
        await Promise.all(rows.slice(start, start + CONCURRENT_WRITES).map(writeRow))
      }
    },
    async logs() {
      const rows = await session.executeAll('listProgress')
      return rows.map(({ log, epoch, log_offset: offset }) => ({
        log: log as string,
        epoch: Number(epoch),
        offset: Number(offset),
      }))
    },
    async setLogs(logs) {
      for (const { log, epoch, offset } of logs)
        await session.execute('writeProgress', [log, epoch, BigInt(offset)], 'localQuorum')
    },
    definitions: () => readDefinitions(session),
    setDefinitions: (definitions) => writeDefinitions(session, definitions),
    close: () => session.close(),
  }
}
