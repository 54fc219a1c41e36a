/** Codes of findings, with what each weighs: an error leaves something out, a warning needs a look, a note is for information. */
export const TV_FINDINGS = {
  tv_encoding: 'error',
  tv_zone: 'error',
  tv_time: 'error',
  tv_time_skipped: 'warning',
  tv_time_twice: 'warning',
  tv_unknown_feed: 'warning',
  tv_derived_feed: 'warning',
  tv_duplicate: 'warning',
  tv_order: 'warning',
  tv_overlap: 'warning',
  tv_gap: 'note',
  tv_empty: 'note',
  tv_negative: 'error',
  tv_long: 'error',
  tv_past: 'error',
  tv_future: 'error',
  tv_outside: 'error',
  xmltv_dtd: 'error',
  xmltv_syntax: 'error',
  xmltv_root: 'error',
  xmltv_too_large: 'error',
  xmltv_entity: 'warning',
  xmltv_no_zone: 'warning',
  xmltv_zone_name: 'warning',
  xmltv_no_title: 'error',
  xmltv_no_stop: 'note',
  xmltv_no_end: 'error',
  xmltv_display_shift: 'warning',
  csv_header: 'error',
  csv_row: 'error',
  csv_value: 'error',
  scte35_no_time: 'error',
  scte35_text: 'error',
  scte35_table: 'error',
  scte35_truncated: 'error',
  scte35_crc: 'error',
  scte35_encrypted: 'error',
  scte35_no_duration: 'note',
  hls_syntax: 'error',
  hls_attribute: 'error',
  hls_no_date: 'note',
  hls_date: 'warning',
  hls_open_break: 'note',
  hls_fetch: 'error',
} as const satisfies { [code: string]: 'error' | 'warning' | 'note' }

/** Code of a finding. */
export type TvFindingCode = keyof typeof TV_FINDINGS

/** A fact about airing data that somebody should know. */
export interface TvFinding {
  code: TvFindingCode
  /** Line of the input, from 1. */
  line?: number
  /** The feed's name, or what the input calls it. */
  feed?: string
  message: string
}

/** Takes findings, as they come. */
export type OnTvFinding = (finding: TvFinding) => void

/** Input that cannot be read any further, with its code. */
export class TvInputError extends Error {
  override readonly name = 'TvInputError'
  readonly code: TvFindingCode
  readonly line: number | undefined

  constructor(code: TvFindingCode, message: string, line?: number) {
    super(message)
    this.code = code
    this.line = line
  }
}
