import { type OnTvFinding, TvInputError } from '../finding.ts'
import { attributesOf, dateOf, secondsOf } from './attributes.ts'

/** Place of a mark: before a segment. */
export interface MarkPlace {
  line: number
  /** Media sequence number of the segment that follows. */
  segment: number
  /** Time from the playlist's start, in ms. */
  offsetMs: number
}

/** Content of a mark. */
export type MarkContent =
  | { kind: 'out'; durationMs?: number; asset?: string }
  | { kind: 'inside'; elapsedMs: number; durationMs?: number }
  | { kind: 'in' }
  /** A message of SCTE 35, as text. */
  | { kind: 'message'; text: string }
  | { kind: 'range'; id: string; attributes: ReadonlyMap<string, string> }

/** A mark in a playlist. */
export type Mark = MarkPlace & MarkContent

/** A playlist, as far as breaks and commercials need it. */
export interface Playlist {
  targetDurationMs: number
  /** Media sequence number of the first segment. */
  sequence: number
  durationMs: number
  /** True: nothing is appended any more. */
  isEnded: boolean
  /** Dates that are said, by their place. */
  dates: { offsetMs: number; ms: number }[]
  marks: Mark[]
  /** Addresses of playlists, in a playlist of playlists. */
  variants: string[]
}

/** Marks of one playlist; there are some for each break of a day at most. */
const MAX_MARKS = 10_000

const DEFAULT_TARGET_MS = 6_000

function splitTag(line: string): { name: string; value: string } {
  const colon = line.indexOf(':')
  return colon < 0 ? { name: line, value: '' } : { name: line.slice(0, colon), value: line.slice(colon + 1).trim() }
}

/** Length of a break that begins: `15`, `DURATION=15` or nothing. */
function outOf(value: string): MarkContent {
  const attributes = attributesOf(value)
  const durationMs = secondsOf(value) ?? secondsOf(attributes.get('DURATION'))
  return { kind: 'out', ...(durationMs === undefined ? {} : { durationMs }) }
}

/** Place within a break: `ElapsedTime=8,Duration=23`, or `8/23`. */
function insideOf(value: string): MarkContent {
  const attributes = attributesOf(value)
  const [, elapsed, whole] = /^([\d.]+)\/([\d.]+)$/.exec(value) ?? []
  const durationMs = secondsOf(whole ?? attributes.get('DURATION'))
  const elapsedMs = secondsOf(elapsed ?? attributes.get('ELAPSEDTIME')) ?? 0
  return { kind: 'inside', elapsedMs, ...(durationMs === undefined ? {} : { durationMs }) }
}

/** Marks of `EXT-X-CUE` and `EXT-X-SCTE35`, which say in attributes which way it goes. */
function waysOf(value: string): MarkContent[] {
  const attributes = attributesOf(value)
  const message = attributes.get('CUE')
  const type = attributes.get('TYPE') ?? ''
  const isOut = attributes.get('CUE-OUT') === 'YES' || /^SpliceOut$/i.test(type)
  const isIn = attributes.get('CUE-IN') === 'YES' || /^SpliceIn$/i.test(type)
  return [
    ...(isOut ? [outOf(value)] : []),
    ...(isIn ? [{ kind: 'in' } as const] : []),
    ...(message === undefined ? [] : [{ kind: 'message', text: message } as const]),
  ]
}

/** Reads the marks of a tag; none for a tag that says nothing of breaks. */
function marksOf(name: string, value: string): MarkContent[] {
  if (name === '#EXT-X-CUE-OUT') return [outOf(value)]
  if (name === '#EXT-X-CUE-OUT-CONT') return [insideOf(value)]
  if (name === '#EXT-X-CUE-IN') return [{ kind: 'in' }]
  if (name === '#EXT-X-CUE' || name === '#EXT-X-SCTE35') return waysOf(value)
  if (name === '#EXT-OATCLS-SCTE35' || name === '#EXT-X-SPLICEPOINT-SCTE35') return [{ kind: 'message', text: value }]
  if (name !== '#EXT-X-DATERANGE') return []
  const attributes = attributesOf(value)
  return [{ kind: 'range', id: attributes.get('ID') ?? '', attributes }]
}

/** State of reading, which tags change. */
interface Reading {
  playlist: Playlist
  segments: number
  /** Length of the segment that follows. */
  nextMs: number | undefined
  isVariant: boolean
  asset: string | undefined
}

function takeTag(reading: Reading, text: string, line: number, onFinding: OnTvFinding): void {
  const { playlist, segments } = reading
  const { name, value } = splitTag(text)
  const tell = (message: string): void => onFinding({ code: 'hls_attribute', line, message })
  if (name === '#EXTINF') {
    reading.nextMs = secondsOf(value.split(',')[0]?.trim())
    if (reading.nextMs === undefined) tell('has no length in its EXTINF: that of EXT-X-TARGETDURATION is taken')
  } else if (name === '#EXT-X-TARGETDURATION') {
    playlist.targetDurationMs = secondsOf(value) ?? DEFAULT_TARGET_MS
  } else if (name === '#EXT-X-MEDIA-SEQUENCE') playlist.sequence = Number(/^\d{1,15}$/.exec(value)?.[0] ?? 0)
  else if (name === '#EXT-X-ENDLIST') playlist.isEnded = true
  else if (name === '#EXT-X-STREAM-INF') reading.isVariant = true
  else if (name === '#EXT-X-ASSET') reading.asset = attributesOf(value).get('CAID')
  else if (name === '#EXT-X-PROGRAM-DATE-TIME') {
    const ms = dateOf(value)
    if (ms === undefined) tell(`has the date ${value.slice(0, 40)}, which is none with a zone`)
    else playlist.dates.push({ offsetMs: playlist.durationMs, ms })
  }
  for (const content of marksOf(name, value)) {
    if (playlist.marks.length >= MAX_MARKS)
      throw new TvInputError('hls_syntax', `has more than ${MAX_MARKS} marks`, line)
    const { asset } = reading
    const withAsset = content.kind === 'out' && asset !== undefined ? { ...content, asset } : content
    playlist.marks.push({ line, segment: segments, offsetMs: playlist.durationMs, ...withAsset })
    if (withAsset !== content) reading.asset = undefined
  }
}

function takeAddress(reading: Reading, address: string): void {
  const { playlist, nextMs } = reading
  if (reading.isVariant) playlist.variants.push(address)
  else {
    reading.segments++
    playlist.durationMs += nextMs ?? playlist.targetDurationMs
  }
  reading.isVariant = false
  reading.nextMs = undefined
}

/**
 * Reads a playlist: where its breaks and commercials are marked, in every notation that packagers use.
 * @throws TvInputError for what is no playlist
 */
export function readPlaylist(text: string, onFinding: OnTvFinding): Playlist {
  const playlist: Playlist = {
    ...{ targetDurationMs: DEFAULT_TARGET_MS, sequence: 0, durationMs: 0, isEnded: false },
    ...{ dates: [], marks: [], variants: [] },
  }
  const reading: Reading = { playlist, segments: 0, nextMs: undefined, isVariant: false, asset: undefined }
  let hasBegun = false
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim()
    const isTag = line.startsWith('#EXT')
    if (line === '' || (line.startsWith('#') && !isTag)) continue
    if (!hasBegun && !/^#EXTM3U\b/.test(line))
      throw new TvInputError('hls_syntax', 'does not begin with #EXTM3U', index + 1)
    hasBegun = true
    if (isTag) takeTag(reading, line, index + 1, onFinding)
    else takeAddress(reading, line)
  }
  if (!hasBegun) throw new TvInputError('hls_syntax', 'is empty')
  // The number of the first segment may be said behind marks.
  for (const mark of playlist.marks) mark.segment += playlist.sequence
  return playlist
}
