import { TvInputError } from '../finding.ts'
import { isMaybePrivate, isSurelyPrivate, type Lookup } from './private-address.ts'

/** Most of a playlist that is read, in bytes. */
const MAX_BYTES = 2_097_152

/** Longest time that one address may take, in ms. */
const TIMEOUT_MS = 10_000

/** Redirects that are followed. */
const MAX_REDIRECTS = 3

/** Dependencies of fetching. */
export interface FetchPlaylistOptions {
  fetch: typeof fetch
  lookup: Lookup
}

/** A playlist as it was fetched. */
export interface FetchedPlaylist {
  /** Address behind redirects. */
  url: string
  text: string
}

/** Fetches playlists that start from an address of the operator's. */
export interface PlaylistFetcher {
  /**
   * Fetches one.
   * @throws TvInputError
   */
  get(url: string): Promise<FetchedPlaylist>
}

function fail(message: string, cause?: unknown): never {
  throw Object.assign(new TvInputError('hls_fetch', message), cause === undefined ? {} : { cause })
}

async function readBody({ body }: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > MAX_BYTES) fail(`${url} is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`
  const { cause } = error as { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? String(error)
}

/**
 * Makes what fetches from an address that the operator gave. It may be private itself; if not all of it is, neither a redirect nor a playlist that it
 * names leads to a private one.
 */
export function createPlaylistFetcher(given: string, { fetch, lookup }: FetchPlaylistOptions): PlaylistFetcher {
  const origin = new URL(given)
  let isPrivateAllowed: boolean | undefined

  async function check({ protocol, hostname, host }: URL): Promise<void> {
    if (!/^https?:$/.test(protocol)) fail(`${protocol} is followed nowhere, http: and https: are`)
    if (host === origin.host) return
    // A name of the internet may have one private record among others: that makes nothing behind it the operator's.
    isPrivateAllowed ??= await isSurelyPrivate(origin.hostname, lookup)
    if (!isPrivateAllowed && (await isMaybePrivate(hostname, lookup)))
      fail(`${hostname} is a private address, to which ${origin.hostname} must not lead`)
  }

  /** Asks one address: its playlist, or the address that it leads to. */
  async function ask(address: URL, signal: AbortSignal): Promise<FetchedPlaylist | URL> {
    await check(address)
    const { href } = address
    const response = await fetch(href, { redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      return URL.canParse(location, href) ? new URL(location, href) : fail(`${href} leads to no address`)
    }
    return response.ok
      ? { url: href, text: await readBody(response, href) }
      : fail(`${href} answers ${response.status}`)
  }

  return {
    async get(url) {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      let address = new URL(url)
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const answer = await ask(address, signal).catch((error: unknown) => {
          if (error instanceof TvInputError) throw error
          return fail(`${address.href}: ${reasonOf(error)}`, error)
        })
        if (!(answer instanceof URL)) return answer
        address = answer
      }
      return fail(`${url} leads on and on`)
    },
  }
}
