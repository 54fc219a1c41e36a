import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createRegions } from '../src/stores/cql/regions.ts'
import type { CqlSession } from '../src/stores/cql/session.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Two data centres; those in `down` fail every question. */
function openRegions(names = ['near', 'far']) {
  const down = new Set<string>()
  const changes: string[] = []
  const regions = createRegions({
    regions: names.map((dataCentre) => ({
      dataCentre,
      connection: {
        session: () => ({ name: dataCentre }) as unknown as CqlSession,
        opened: new Promise(() => undefined),
        close: async () => undefined,
      },
    })),
    probe: (session) => answer(session),
    onChange: (change) => changes.push(change),
  })
  onTestFinished(regions.close)
  async function answer(session: CqlSession): Promise<{ name: string }> {
    const { name } = session as unknown as { name: string }
    if (down.has(name)) throw new Error(`${name} is down`)
    return { name }
  }
  return { regions, down, changes, read: () => regions.read(answer) }
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

test('when all are lost the near one is asked still', async () => {
  const { regions, down } = openRegions()
  down.add('near').add('far')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(regions.current).toBe('near')
})

test('one that stands alone is asked whatever it does', async () => {
  const { down, read, changes } = openRegions(['near'])
  down.add('near')
  for (let index = 0; index < 9; index++) await expect(read()).rejects.toThrow('near is down')
  expect(changes).toEqual([])
})
