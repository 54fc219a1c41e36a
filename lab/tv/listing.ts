import { createReadStream } from 'node:fs'
import type { Statement } from 'prepaint/engine'
import type { TvFeed } from '../../server/src/tv/feed.ts'
import { readXmltv } from '../../server/src/tv/xmltv/read-xmltv.ts'

/**
 * Reads a listing in XMLTV as the service's own reader does.
 * @throws Error for anything in it that is not as it should be, but for programmes without a length, which are left out
 */
export async function readListing(file: string, feeds: readonly TvFeed[], nowMs: number): Promise<Statement[]> {
  const chunks = createReadStream(file, 'utf8') as AsyncIterable<string>
  const found: string[] = []
  const statements: Statement[] = []
  const onFinding = ({ code, message }: { code: string; message: string }): void => {
    // Listings note pieces of news in that way.
    if (code !== 'tv_empty') found.push(`${code} ${message}`)
  }
  for await (const statement of readXmltv(chunks, { feeds, nowMs, onFinding })) statements.push(statement)
  if (found.length > 0) throw new Error(`${file}: ${found.join('; ')}`)
  return statements
}
