import type { Statement } from 'prepaint/engine'
import type { WallClock } from '../../clock.ts'
import { type OnTvFinding, TvInputError } from '../finding.ts'
import { createPlaylistFetcher, type FetchPlaylistOptions, type PlaylistFetcher } from './fetch-playlist.ts'
import { createPlaylistReader } from './playlist-reader.ts'

/** Pauses between two looks, in ms. */
const MIN_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 60_000

/** Playlists that lead to one another. */
const MAX_VARIANTS = 3

/** Dependencies of following a playlist. */
export interface TailOptions extends FetchPlaylistOptions {
  /** Address that the operator gave. */
  url: string
  feed: string
  now: WallClock
  /** Resolves after a pause, or at once when the tail is to end. */
  wait(ms: number): Promise<void>
  isEnded(): boolean
  onFinding: OnTvFinding
}

/** A look at a playlist: its statements, and the pause until the next; no pause at its end. */
interface Look {
  statements: Statement[]
  pauseMs?: number
}

/** Makes what looks at a playlist, and once at the first of those that a playlist of playlists names. */
function createLook({ url, now, feed, onFinding }: TailOptions, fetcher: PlaylistFetcher) {
  const reader = createPlaylistReader({ feed, onFinding })
  let address = url
  let before = ''

  return async (): Promise<Look> => {
    for (let depth = 0; depth < MAX_VARIANTS; depth++) {
      const fetched = await fetcher.get(address)
      const { playlist, statements } = reader.take(fetched.text, now())
      const [variant] = playlist.variants
      if (variant === undefined) {
        const isSame = fetched.text === before
        before = fetched.text
        // Unchanged, it is asked again after half the time (RFC 8216, 6.3.4).
        const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, playlist.targetDurationMs / (isSame ? 2 : 1)))
        return playlist.isEnded ? { statements } : { statements, pauseMs }
      }
      if (!URL.canParse(variant, fetched.url)) throw new TvInputError('hls_fetch', 'names a playlist by no address')
      address = new URL(variant, fetched.url).href
    }
    throw new TvInputError('hls_fetch', 'names playlists that name playlists')
  }
}

/** Follows a playlist until its end, or until it is told to: says each statement once. What fails is told, and tried again, more and more slowly. */
export async function* tailPlaylist(options: TailOptions): AsyncGenerator<Statement> {
  const { url, feed, wait, isEnded, onFinding } = options
  const look = createLook(options, createPlaylistFetcher(url, options))
  let failures = 0
  while (!isEnded()) {
    let pauseMs: number | undefined
    try {
      const looked = await look()
      yield* looked.statements
      failures = 0
      pauseMs = looked.pauseMs
    } catch (error) {
      if (!(error instanceof TvInputError)) throw error
      onFinding({ code: error.code, feed, message: error.message })
      pauseMs = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** ++failures)
    }
    if (pauseMs === undefined) return
    await wait(pauseMs)
  }
}
