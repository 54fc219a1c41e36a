import { expect, test } from 'vitest'
import { createProgressBar } from '../../src/cli/progress-bar.ts'

function barOn(isTTY: boolean) {
  const written: string[] = []
  const clock = { ms: 0 }
  const io = {
    stdout: { write: () => undefined },
    stderr: { write: (text: string) => written.push(text), isTTY },
    env: {},
    ended: Promise.resolve(),
  }
  return { written, clock, bar: createProgressBar(io, 'profiles', () => clock.ms) }
}

test('on a terminal a bar is drawn in one place, at most ten times a second', () => {
  const { bar, clock, written } = barOn(true)
  bar.show({ step: 'copying', count: 0, share: 0 })
  clock.ms = 99
  bar.show({ step: 'copying', count: 700, share: 0.2 })
  clock.ms = 1_000
  bar.show({ step: 'copying', count: 1_500, share: 0.5 })
  bar.end()
  expect(written).toEqual([
    `\rcopying [${'-'.repeat(30)}] 0 %, 0 profiles, 0/s\u001b[K`,
    `\rcopying [${'#'.repeat(15)}${'-'.repeat(15)}] 50 %, 1,500 profiles, 1,500/s\u001b[K`,
    '\n',
  ])
})

test('elsewhere it is a line every two seconds, and nothing when the work is done sooner', () => {
  const { bar, clock, written } = barOn(false)
  clock.ms = 1_999
  bar.show({ step: 'copying', count: 10, share: 0.1 })
  expect(written).toEqual([])
  clock.ms = 2_000
  bar.show({ step: 'copying', count: 20, share: 0.999 })
  bar.end()
  expect(written).toEqual(['copying 99 %, 20 profiles, 5/s\n'])
})
