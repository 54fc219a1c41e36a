import { expect, onTestFinished, test, vi } from 'vitest'
import { followDefinitions } from '../../../src/decide/read/follow-definitions.ts'
import type { Definitions } from '../../../src/profiles/features/definitions.ts'

const of = (site: string): Definitions => new Map([[site, { features: [], at: { epoch: 0, offset: 1 }, writtenUs: 1 }]])

function follow(readDefinitions: () => Promise<Definitions>, everyMs = 3_600_000) {
  const problems: string[] = []
  const store = { opened: () => Promise.resolve(), readDefinitions }
  const followed = followDefinitions({ store, everyMs, onProblem: (problem) => problems.push(problem) })
  onTestFinished(followed.stop)
  return { followed, problems }
}

test('definitions are read at the start and when the owner says so', async () => {
  let site = 'one'
  const { followed } = follow(async () => of(site))
  await followed.known
  expect([...followed.current().keys()]).toEqual(['one'])
  site = 'two'
  followed.renew()
  await vi.waitFor(() => expect([...followed.current().keys()]).toEqual(['two']))
})

test('definitions are read again and again; a failure keeps the last ones, and is told once', async () => {
  let reads = 0
  const { followed, problems } = follow(async () => {
    reads++
    if (reads > 1 && reads < 5) throw new Error('no quorum')
    return of(`${reads}`)
  }, 1)
  await vi.waitFor(() => expect(reads).toBeGreaterThanOrEqual(3))
  await vi.waitFor(() => expect(Number([...followed.current().keys()][0])).toBeGreaterThanOrEqual(5))
  expect(problems).toEqual(['the definitions of features cannot be read'])
})

test('one read is under way at a time, and what the owner says meanwhile is read after it', async () => {
  const answers: ((definitions: Definitions) => void)[] = []
  const { followed } = follow(() => new Promise((resolve) => answers.push(resolve)))
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  followed.renew()
  followed.renew()
  expect(answers).toHaveLength(1)
  answers[0]?.(of('before'))
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.(of('after'))
  await vi.waitFor(() => expect([...followed.current().keys()]).toEqual(['after']))
  expect(answers).toHaveLength(2)
})
