import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { togglesOf } from '../../bench/peers/adapters/unleash.ts'
import { installationOf } from '../../bench/peers/install.ts'
import { PEERS } from '../../bench/peers/peers.ts'
import { benchRules, byFeature, isRight, questionsFrom } from '../../bench/peers/rules.ts'
import { cellsOf, markdownOf, roundsOf, rowOf, type Turn } from '../../bench/peers/table.ts'

const turn = (cpuUs: number, p99Ms = 1): Turn => ({ cpuUs, p50Ms: 0.5, p99Ms, bytes: 100 })
const peer = { name: 'peer', version: '1.0.0', place: 'HTTP', lacks: 'nothing' } as const

test('a row has the medians of its turns, and each turn is compared with the bare server of the same round', () => {
  const row = rowOf(peer, [turn(100, 3), turn(900, 90), turn(200, 4)], [turn(50), turn(300), turn(50)])
  // The machine was slow in the second round, for both.
  expect(row).toEqual({ ...peer, cpuUs: 200, perCoreS: 5_000, timesBare: 3, p50Ms: 0.5, p99Ms: 4, bytes: 100 })
})

test('the table says what a row has, with the columns in their order', () => {
  const lines = markdownOf([cellsOf(rowOf(peer, [turn(123.4)], [turn(50)]))]).split('\n')
  expect(lines).toEqual([
    '|  | version | place | a core-second | CPU µs | × bare | p50 ms | p99 ms | bytes |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| peer | 1.0.0 | HTTP | 8104 | 123 | 2.47 | 0.50 | 1.00 | 100 |',
  ])
})

test('an answer is right if it names the one experience of each slot that fits, and no other', () => {
  // The first of five experiences of a slot in the first row of the catalog, the last in the second, and so on.
  const ids = Array.from({ length: 20 }, (_none, slot) => `experience-${slot + 20 * ((5 - (slot % 5)) % 5)}`)
  expect(isRight(ids.join())).toBe(true)
  expect(isRight(ids.slice(1).join())).toBe(false)
  expect(isRight([...ids, 'experience-20'].join())).toBe(false)
})

test('a number of rounds that is none is refused', () => {
  expect(roundsOf('12')).toBe(12)
  for (const value of ['0', '-1', '1.5', 'many', '']) expect(() => roundsOf(value)).toThrow('--rounds')
})

test('peers get the 100 rules of the decide bench over 20 features, and what the service reads from a profile', () => {
  const rules = benchRules()
  expect(rules).toHaveLength(100)
  expect(byFeature(rules).map(([, own]) => own.length)).toEqual(Array.from({ length: 20 }, () => 5))
  const asked = new Set(rules.flatMap(({ clauses }) => clauses.map(({ attribute }) => attribute)))
  const [question, next] = questionsFrom(7, 2)
  expect(Object.keys(question?.attributes ?? {})).toEqual(expect.arrayContaining([...asked]))
  expect(question?.token.startsWith(question.id)).toBe(true)
  expect(questionsFrom(8, 1)).toEqual([expect.objectContaining({ id: next?.id })])
  expect(togglesOf(rules)).toHaveLength(20)
})

test('each peer is installed in the version that it is shown with, which docs/performance.md has, too', () => {
  const document = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8')
  for (const one of PEERS) {
    const { args } = installationOf(one)
    expect(args.join(' ').replace(' --version ', '@')).toContain(`${one.name}@${one.version}`)
    expect(document).toContain(`| ${one.name} | ${one.version} |`)
  }
})
