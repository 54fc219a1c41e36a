import { expect, test } from 'vitest'
import { createClaimedPages } from '../../../../src/stores/lmdb/mdb-file/claimed-pages.ts'
import { MdbDamagedError } from '../../../../src/stores/lmdb/mdb-file/damage.ts'

/** A file of 20 pages, of which 10 to 12 stand for something. */
function some() {
  const pages = createClaimedPages(20)
  pages.claim(10, 3)
  return pages
}

test('each page of a file but its first two may be claimed once, alone or in blocks', () => {
  const pages = createClaimedPages(20)
  for (let page = 2; page < 20; page++) pages.claim(page)
  expect(pages.count).toBe(18)
  for (let page = 2; page < 20; page++) expect(() => pages.claim(page)).toThrow(`page ${page} is in two places`)
  const block = createClaimedPages(20)
  block.claim(2, 18)
  expect(block.count).toBe(18)
})

test.each([
  [0, 1, 'page 0 is not in the file'],
  [1, 1, 'page 1 is not in the file'],
  [1, 5, 'page 1 is not in the file'],
  [-1, 1, 'page -1 is not in the file'],
  [20, 1, 'page 20 is not in the file'],
  [19, 2, 'page 19 is not in the file'],
  [5, 0, 'page 5 is not in the file'],
  [5, -1, 'page 5 is not in the file'],
  [2 ** 63, 1, 'is not in the file'],
  [5, 2 ** 63, 'page 5 is not in the file'],
  [Number.NaN, 1, 'is not in the file'],
  [10, 1, 'page 10 is in two places'],
  [12, 1, 'page 12 is in two places'],
  [8, 3, 'page 10 is in two places'],
  [12, 2, 'page 12 is in two places'],
  [9, 9, 'page 10 is in two places'],
])('of a file of 20 pages %d cannot be claimed with %d', (page, count, why) => {
  expect(() => some().claim(page, count)).toThrow(why)
  expect(() => some().claim(page, count)).toThrow(MdbDamagedError)
})

test.each([
  [9, 1],
  [13, 1],
  [13, 7],
  [2, 8],
])('beside what is claimed %d can be claimed with %d', (page, count) => {
  const pages = some()
  pages.claim(page, count)
  expect(pages.count).toBe(3 + count)
})

test.each([0, 1, 2])('a file of %d pages has none to claim', (size) => {
  expect(() => createClaimedPages(size).claim(2)).toThrow('page 2 is not in the file')
})
