import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { CqlSession } from '../../../src/stores/cql/driver/session.ts'
import { createRegions } from '../../../src/stores/cql/regions/regions.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Two data centres; those in `down` fail every question, those in `hanging` answer none. */
function openRegions(names = ['near', 'far'], opened?: Promise<CqlSession>) {
  const down = new Set<string>()
  const hanging = new Set<string>()
  const delaysMs = new Map<string, number>()
  const changes: string[] = []
  const regions = createRegions({
    regions: names.map((dataCentre) => ({
      dataCentre,
      connection: {
        session: () => ({ name: dataCentre }) as unknown as CqlSession,
        opened: opened ?? Promise.resolve({} as CqlSession),
        close: async () => undefined,
      },
    })),
    probe: (session) => answer(session),
    onChange: (change) => changes.push(change),
    now: () => Date.now(),
  })
  onTestFinished(regions.close)
  async function answer(session: CqlSession): Promise<{ name: string }> {
    const { name } = session as unknown as { name: string }
    if (down.has(name)) throw new Error(`${name} is down`)
    if (hanging.has(name)) return new Promise(() => undefined)
    const delayMs = delaysMs.get(name)
    if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs))
    return { name }
  }
  return { regions, down, hanging, delaysMs, changes, read: () => regions.read(answer) }
}

test('reads go to the near data centre', async () => {
  const { read } = openRegions()
  expect(await read()).toEqual({ name: 'near' })
})

test('a lost data centre is bypassed within a second, though nobody asks', async () => {
  const { regions, down, read, changes } = openRegions()
  down.add('near')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.current).toBe('far')
  expect(await read()).toEqual({ name: 'far' })
  expect(changes).toEqual(['data centre near does not answer: reads go to far'])
})

test('many readers notice it at once', async () => {
  const { regions, down, read } = openRegions()
  down.add('near')
  for (let index = 0; index < 3; index++) await expect(read()).rejects.toThrow('near is down')
  expect(regions.current).toBe('far')
})

test('one that answers again is taken back', async () => {
  const { regions, down, read } = openRegions()
  down.add('near')
  await vi.advanceTimersByTimeAsync(1_000)
  down.delete('near')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.current).toBe('near')
  expect(await read()).toEqual({ name: 'near' })
})

test('one that hangs is bypassed within a second too, whether somebody asks or not', async () => {
  for (const hasReaders of [false, true]) {
    const { regions, hanging, read } = openRegions()
    await vi.advanceTimersByTimeAsync(1_000)
    hanging.add('near')
    for (let elapsedMs = 0; elapsedMs < 800; elapsedMs += 50) {
      if (hasReaders) void read()
      await vi.advanceTimersByTimeAsync(50)
    }
    expect(regions.current).toBe('far')
  }
})

test('a service that starts has 3 s to enter a data centre until it counts as lost', async () => {
  const { regions, down, changes } = openRegions(undefined, new Promise(() => undefined))
  down.add('near')
  await vi.advanceTimersByTimeAsync(3_000)
  expect([regions.current, changes]).toEqual(['near', []])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.current).toBe('far')
})

test('the distance is that of the data centre that is asked, as the probes find it', async () => {
  const { regions, down, delaysMs } = openRegions()
  expect(regions.distanceMs).toBe(0)
  delaysMs.set('near', 3).set('far', 30)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.distanceMs).toBe(3)
  down.add('near')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.distanceMs).toBe(30)
})

test('when all are lost the near one is asked still', async () => {
  const { regions, down, changes } = openRegions()
  down.add('near').add('far')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.current).toBe('near')
  expect([regions.isLost('near'), regions.isLost('far')]).toEqual([true, true])
  expect(changes.at(-1)).toBe('data centre far does not answer: decisions go on without profiles')
})

test('one that stands alone is asked whatever it does', async () => {
  const { regions, down, read } = openRegions(['near'])
  down.add('near')
  for (let index = 0; index < 9; index++) await expect(read()).rejects.toThrow('near is down')
  expect([regions.current, regions.isLost('near')]).toEqual(['near', true])
})
