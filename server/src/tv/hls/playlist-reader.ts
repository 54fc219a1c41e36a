import type { Statement } from 'prepaint/engine'
import { type OnTvFinding, TvInputError } from '../finding.ts'
import { flawOf } from '../plausible.ts'
import { createCueReader, withoutBreaks } from '../scte35/cues.ts'
import { bytesOfText } from '../scte35/from-text.ts'
import { readSpliceInfo, type SpliceInfo } from '../scte35/splice-info.ts'
import { createTellOnce } from '../tell-once.ts'
import { createRangeReader, type RangeMark } from './ranges.ts'
import { type Mark, type Playlist, readPlaylist } from './read-playlist.ts'
import { timesOf } from './time-at.ts'

/** Marks that are remembered, so that each is told once however often the playlist is read. */
const MAX_TOLD = 5_000

/** Dependencies of reading playlists. */
export interface PlaylistReaderOptions {
  feed: string
  onFinding: OnTvFinding
}

/** Reads the playlist of a feed again and again. */
export interface PlaylistReader {
  /**
   * Takes the playlist as it was at an instant; returns what is new.
   * @throws TvInputError for what is no playlist
   */
  take(text: string, fetchedMs: number): { statements: Statement[]; playlist: Playlist }
}

/** Key by which a mark is known when the playlist is read again. */
function keyOf(mark: Mark): string {
  if (mark.kind !== 'range') return `${mark.segment} ${mark.kind} ${mark.kind === 'message' ? mark.text : ''}`
  return `range ${[...mark.attributes].join()}`
}

/** Makes what reads the playlist of a feed. */
export function createPlaylistReader({ feed, onFinding }: PlaylistReaderOptions): PlaylistReader {
  const cues = createCueReader({ feed, onFinding })
  const tellOnce = createTellOnce(onFinding)
  let told = new Set<string>()
  let lastSequence = 0
  /** True: the playlist marks its breaks itself, and messages are asked for commercials alone. */
  let hasOwnBreaks = false
  /** The break that is open. */
  let current: { id: string; isLengthKnown: boolean } | undefined
  function readMessage(text: string, line: number): SpliceInfo | undefined {
    try {
      return readSpliceInfo(bytesOfText(text))
    } catch (error) {
      if (!(error instanceof TvInputError)) throw error
      onFinding({ code: error.code, line, feed, message: `holds a message that ${error.message}` })
      return undefined
    }
  }

  function takeMessage(text: string, atMs: number, line: number, isBreakKnown: boolean): Statement[] {
    const info = readMessage(text, line)
    if (!info) return []
    return cues.take(isBreakKnown ? withoutBreaks(info) : info, atMs, line)
  }

  function openCue(id: string, atMs: number, durationMs: number | undefined): Statement[] {
    current = { id, isLengthKnown: durationMs !== undefined }
    return cues.open(id, atMs, durationMs)
  }

  const ranges = createRangeReader({ feed, cues, tellOnce, takeMessage })

  function takeMark(mark: Exclude<Mark, RangeMark>, atMs: number): Statement[] {
    if (mark.kind === 'message') return takeMessage(mark.text, atMs, mark.line, hasOwnBreaks)
    if (mark.kind === 'out') return openCue(`cue ${mark.segment}`, atMs, mark.durationMs)
    if (mark.kind === 'inside')
      return current ? [] : openCue(`cue ${mark.segment}`, Math.round(atMs - mark.elapsedMs), mark.durationMs)
    const open = current
    current = undefined
    return open ? cues.close(open.id, atMs) : []
  }

  /** Takes a mark that was not there before, if its time is one. */
  function takeNew(mark: Mark, placeMs: number, fetchedMs: number): Statement[] {
    const key = keyOf(mark)
    if (told.has(key)) return []
    if (told.size >= MAX_TOLD) told = new Set([...told].slice(MAX_TOLD / 2))
    told.add(key)
    const atMs = mark.kind === 'range' ? ranges.startOf(mark, placeMs) : placeMs
    const flaw = flawOf({ fromMs: atMs, toMs: atMs + 1 }, fetchedMs)
    if (!flaw) return mark.kind === 'range' ? ranges.take(mark, atMs, placeMs) : takeMark(mark, atMs)
    onFinding({ code: flaw.code, line: mark.line, feed, message: flaw.message })
    return []
  }

  return {
    take(text, fetchedMs) {
      const playlist = readPlaylist(text, onFinding)
      const { dates, marks, sequence, isEnded } = playlist
      // A packager that begins anew counts its segments anew.
      if (sequence < lastSequence) told.clear()
      lastSequence = sequence
      if (marks.length > 0 && dates.length === 0)
        tellOnce(
          'hls_no_date',
          feed,
          marks[0]?.line ?? 1,
          'has no EXT-X-PROGRAM-DATE-TIME: its end is the time of fetching',
        )
      hasOwnBreaks ||= marks.some(({ kind }) => kind === 'out' || kind === 'inside')
      const timeAt = timesOf(playlist, fetchedMs)
      const statements = marks.flatMap((mark) => takeNew(mark, timeAt(mark.offsetMs), fetchedMs))
      if (isEnded && current?.isLengthKnown === false)
        tellOnce('hls_open_break', feed, marks.at(-1)?.line ?? 1, 'ends without the end of its last break')
      return { statements, playlist }
    },
  }
}
