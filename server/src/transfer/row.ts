/** Somewhere between two lines of a file. */
export interface Place {
  /** Bytes before it, after decompression. */
  offset: number
  /** Lines before it. */
  lines: number
}

/** The start of a file. */
export const START: Place = { offset: 0, lines: 0 }

/** One row of a file: an object or a record, or what keeps it from being one. */
export interface Row<Content> {
  /** Number of its first line, from 1. */
  line: number
  /** Text as it stands in the file, without the end of its last line; empty where it is too long. */
  text: string
  /** Place behind it. */
  end: Place
  content?: Content
  problem?: string
}
