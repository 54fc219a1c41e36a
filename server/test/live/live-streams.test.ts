import type { LiveMessage } from 'prepaint/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TV_CATALOG } from '../../../lab/tv/site.ts'
import { readCatalog } from '../../src/catalog/load.ts'
import { createLiveStreams, type LiveStreams } from '../../src/live/live-streams.ts'
import type { LiveResponse } from '../../src/live/stream.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'

const MINUTE_MS = 60_000

/** A page that reads, or that leaves so many bytes unread. */
class Page implements LiveResponse {
  said: string[] = []
  writableLength = 0
  isGone = false
  #onClose: () => void = () => undefined
  write(text: string): void {
    this.said.push(text)
  }
  end(): void {
    this.destroy()
  }
  destroy(): void {
    this.isGone = true
    this.#onClose()
  }
  once(_event: 'close', listener: () => void): void {
    this.#onClose = listener
  }
  plans(): LiveMessage['plan'][] {
    const events = this.said.flatMap((text) => /^data: (.*)$/m.exec(text)?.[1] ?? [])
    return events.map((data) => (JSON.parse(data) as LiveMessage).plan)
  }
}

const site = readCatalog(TV_CATALOG, 'catalog.yaml')
let streams: LiveStreams

beforeEach(() => {
  vi.useFakeTimers()
  streams = createLiveStreams({
    ...{ most: 10, mostOfNetwork: 10, now: Date.now, random: () => 0, metrics: createMetrics() },
    siteOf: () => site,
    offSince: () => [],
    plan: () => ({
      plan: {
        nowMs: Date.now(),
        version: '1',
        untilMs: Date.now() + 15 * MINUTE_MS,
        delayMs: 0,
        live: ['hero'],
        cues: [],
      },
      slots: { hero: { reason: 'no-match' } },
    }),
  })
})
afterEach(() => {
  streams.close()
  vi.useRealTimers()
})

function open(): Page {
  const page = new Page()
  streams.enter(undefined)
  streams.open(
    page,
    { site: 'flora', page: { path: '/', campaign: '', referrer: '', device: 'desktop', language: '' } },
    undefined,
  )
  return page
}

test('a comment every 15 s keeps the connection open', async () => {
  const page = open()
  await vi.advanceTimersByTimeAsync(14_999)
  expect(page.said.filter((text) => text === ':\n\n')).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(45_001)
  expect(page.said.filter((text) => text === ':\n\n')).toHaveLength(4)
})

test('a plan is told anew within the last minute of the one before, so that a page always has cues', async () => {
  const page = open()
  const [first] = page.plans()
  await vi.advanceTimersByTimeAsync(14 * MINUTE_MS - 1)
  expect(page.plans()).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(5_001)
  const [, next] = page.plans()
  expect(Date.now()).toBeLessThan(first?.untilMs ?? 0)
  expect((next?.untilMs ?? 0) - (first?.untilMs ?? 0)).toBeGreaterThanOrEqual(14 * MINUTE_MS)
  expect(page.plans()).toHaveLength(2)
})

test('who leaves more than 64 KB unread loses the connection, and the others hear what is told', async () => {
  const [slow, page] = [open(), open()]
  slow.writableLength = 65_536
  await vi.advanceTimersByTimeAsync(15_000)
  expect([slow.isGone, slow.said.length]).toEqual([false, 2])
  slow.writableLength = 65_537
  await vi.advanceTimersByTimeAsync(15_000)
  expect([slow.isGone, slow.said.length, page.said.length]).toEqual([true, 2, 3])
  await vi.advanceTimersByTimeAsync(15_000)
  expect([slow.said.length, page.said.length]).toEqual([2, 4])
})
