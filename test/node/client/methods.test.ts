// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createInert } from '../../../src/sdk/inert-client.ts'
import { setUp, start, tearDown } from './page-view.ts'

/** A script and no module: the compiler must not look for what it exports. */
const STUB: string = '../../../src/tag/stub.ts'

beforeEach(() => {
  setUp()
})
afterEach(tearDown)

test('the queue before the tag, the tag and the npm client have the same methods', async () => {
  await import(STUB)
  const { q, ...queued } = (window as unknown as { pp: { [method: string]: unknown } }).pp
  const methods = Object.keys(createInert()).sort()
  expect(methods.length).toBeGreaterThan(10)
  expect(q).toEqual([])
  expect(Object.keys(queued).sort()).toEqual(methods)
  expect(Object.keys(start()._client).sort()).toEqual(methods)
})
