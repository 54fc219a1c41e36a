import { expect, test } from 'vitest'
import { createApp } from '../../../src/http/app/app.ts'
import { createTurns } from '../../../src/http/app/turns.ts'

/** Turns that the test takes. */
function turnsAt() {
  const turns: (() => void)[] = []
  const done: string[] = []
  const inTurn = createTurns((callback) => turns.push(callback))
  return { done, turns, add: (name: string) => inTurn(() => done.push(name)), turn: () => turns.shift()?.() }
}

test('nothing is done in the turn in which it arrives, and one work in each one after, in their order', () => {
  const { done, turns, add, turn } = turnsAt()
  for (const name of ['a', 'b', 'c']) add(name)
  expect([done, turns.length]).toEqual([[], 1])
  turn()
  expect(done).toEqual(['a'])
  add('d')
  for (const left of ['b', 'c', 'd']) {
    turn()
    expect(done.at(-1)).toBe(left)
  }
  expect(turns).toEqual([])
})

test('a queue that was empty begins again, also from within a work', () => {
  const { done, turns, add, turn } = turnsAt()
  add('a')
  turn()
  add('b')
  turn()
  expect([done, turns]).toEqual([['a', 'b'], []])
  const inTurn = createTurns((callback) => turns.push(callback))
  inTurn(() => inTurn(() => done.push('c')))
  turn()
  turn()
  expect([done.at(-1), turns]).toEqual(['c', []])
})

test('a work that throws costs the others nothing', () => {
  const turns: (() => void)[] = []
  const done: string[] = []
  const inTurn = createTurns((callback) => turns.push(callback))
  inTurn(() => {
    throw new Error('broken')
  })
  inTurn(() => done.push('b'))
  expect(() => turns.shift()?.()).toThrow('broken')
  turns.shift()?.()
  expect(done).toEqual(['b'])
})

test('a usual question is answered before large ones that came with it, and each of them in the end', async () => {
  const app = createApp({ logStream: { write() {} }, requestTimeoutMs: 1_000, logRequests: false, maxConnections: 10 })
  const answered: number[] = []
  app.post('/', async ({ body }) => {
    answered.push((body as string).length)
    return {}
  })
  await app.ready()
  const ask = (length: number) =>
    app.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'text/plain' },
      payload: `"${'x'.repeat(length)}"`,
    })
  await Promise.all([2_047, 2_048, 2_049, 2_046, 1].map(ask))
  expect(answered).toEqual([2_046, 1, 2_047, 2_048, 2_049])
  await app.close()
})
