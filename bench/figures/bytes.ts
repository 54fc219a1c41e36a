import { brotliBytes } from '../../scripts/dist-readme.mjs'
import type { Measurement } from '../figure.ts'

/** Bytes that a page has to load and run before its first paint, and after it. */
export const bytes: Measurement = {
  title: 'bytes',
  families: ['tag.bytes', 'late.bytes', 'tv.chunkBytes'],
  async measure() {
    return [
      { name: 'tag.bytesBeforeFcp', value: brotliBytes('prepaint.js'), unit: 'B', limit: 3_328 },
      { name: 'late.bytes', value: brotliBytes('prepaint-late.js'), unit: 'B', limit: 4_500 },
      { name: 'tv.chunkBytes', value: brotliBytes('prepaint-tv.js'), unit: 'B', limit: 3_010 },
    ]
  },
}
