import { assertSound } from './damage.ts'

/** Pages of a file that stand for something; each may do so once. */
export interface ClaimedPages {
  /** @throws MdbDamagedError for pages that are not in the file, or stand for something already. */
  claim(page: number, count?: number): void
  /** Number of claimed pages. */
  readonly count: number
}

/** The two meta pages stand for themselves. */
const FIRST_PAGE = 2

/** Makes the pages of a file with so many. */
export function createClaimedPages(pages: number): ClaimedPages {
  const bits = new Uint8Array(Math.ceil(pages / 8))
  let claimed = 0
  return {
    claim(page, count = 1) {
      assertSound(page >= FIRST_PAGE && count >= 1 && page + count <= pages, `page ${page} is not in the file`)
      for (let at = page; at < page + count; at++) {
        const byte = bits[at >> 3] as number
        assertSound((byte & (1 << (at & 7))) === 0, `page ${at} is in two places`)
        bits[at >> 3] = byte | (1 << (at & 7))
      }
      claimed += count
    },
    get count() {
      return claimed
    },
  }
}
