import type { CqlAddress } from '../cql/address.ts'
import { type CqlCredentials, type CqlRow, openSession } from '../cql/session.ts'
import type { CopiedRow, CopyEnd } from './copy-end.ts'

/** Parts in which the table is read; a copy that breaks off loses the work of one. */
const PARTS = 256

/** Rows written at once. */
const CONCURRENT_WRITES = 64

/** Tokens are 64-bit integers; the least of them is given to no key (Cassandra's and ScyllaDB's Murmur3Partitioner). */
const LEAST_TOKEN = -(2n ** 63n)
const PART_TOKENS = 2n ** 64n / BigInt(PARTS)

function boundsOf(part: number): [after: bigint, last: bigint] {
  const after = LEAST_TOKEN + PART_TOKENS * BigInt(part)
  return [after, part === PARTS - 1 ? 2n ** 63n - 1n : after + PART_TOKENS]
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
      for (let part = Number(place ?? 0); part < PARTS; part++) {
        const rows: CopiedRow[] = []
        for await (const page of session.pages('scanRows', boundsOf(part))) rows.push(...page.map(copiedRow))
        yield { rows, place: `${part + 1}`, share: (part + 1) / PARTS }
      }
    },
    async write(rows) {
      for (let start = 0; start < rows.length; start += CONCURRENT_WRITES) {
        await Promise.all(rows.slice(start, start + CONCURRENT_WRITES).map(writeRow))
      }
    },
    async logs() {
      const rows = await session.executeAll('listProgress')
      return rows.map(({ log, epoch, log_offset: offset }) => ({ log: log as string, epoch: Number(epoch), offset: Number(offset) }))
    },
    async setLogs(logs) {
      for (const { log, epoch, offset } of logs) await session.execute('writeProgress', [log, epoch, BigInt(offset)], 'localQuorum')
    },
    close: () => session.close(),
  }
}
