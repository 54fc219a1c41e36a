import { expect, test } from 'vitest'
import { readStable } from '../../src/catalog/read-stable.ts'

/** A file that is written step by step: each wait lets the next step happen. */
function written(steps: readonly (string | undefined)[]) {
  const waits: number[] = []
  let step = 0
  const content = (): string | undefined => steps[Math.min(step, steps.length - 1)]
  return {
    waits,
    options: {
      look: () => Promise.resolve(`${Math.min(step, steps.length - 1)}`),
      read: () => {
        const text = content()
        return text === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(Buffer.from(text))
      },
      wait: (ms: number) => {
        waits.push(ms)
        step++
        return Promise.resolve()
      },
    },
  }
}

async function readAll(steps: readonly (string | undefined)[]): Promise<string> {
  const { bytes } = await readStable('c.yaml', written(steps).options)
  return Buffer.from(bytes).toString()
}

test.each<[name: string, steps: (string | undefined)[]]>([
  ['in many steps', ['site: a\n', 'site: ab\n', 'site: abc\n', 'whole\n']],
  ['after it was emptied', ['', '', 'whole\n']],
  ['after it was gone', [undefined, undefined, 'whole\n']],
  ['in two steps with a pause behind half a line', ['sit', 'sit', 'whole\n']],
])('a file that is written %s is read when it is whole', async (_name, steps) => {
  expect(await readAll(steps)).toBe('whole\n')
})

test('a file that stays without an end of its last line is read after a longer while', async () => {
  const { options, waits } = written(['site: a'])
  expect(Buffer.from((await readStable('c.yaml', options)).bytes).toString()).toBe('site: a')
  expect(Math.max(...waits)).toBeGreaterThanOrEqual(2_000)
})

test('a file that stays away is told', async () => {
  await expect(readStable('c.yaml', written([undefined]).options)).rejects.toThrow('gone')
})
