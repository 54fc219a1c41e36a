import { expect, test } from 'vitest'
import { createSender } from '../../src/history/send-messages.ts'
import type { PostAnswer } from '../../src/transfer/post-patiently.ts'

const message = (line: number) => ({ line, message: { type: 'page', messageId: `m${line}` } })
const some = [1, 2, 3, 4].map(message)

function answer(status: number, body: unknown = {}, headers: { [name: string]: string } = {}): PostAnswer {
  return { status, headers: new Headers(headers), text: JSON.stringify(body) }
}

/** Batches of a body. */
function idsOf(body: string): string[] {
  const { batch } = JSON.parse(body) as { batch: { messageId: string }[] }
  return batch.map(({ messageId }) => messageId)
}

const allAccepted = (body: string): PostAnswer => answer(200, { results: idsOf(body).map(() => 'accepted') })

function sender(post: (body: string, count: number) => PostAnswer | Error, isEnded = () => false) {
  const pauses: number[] = []
  const bodies: string[] = []
  const send = createSender({
    async post(body) {
      bodies.push(body)
      const answered = post(body, bodies.length)
      if (answered instanceof Error) throw answered
      return answered
    },
    wait: (ms) => Promise.resolve(void pauses.push(ms)),
    isEnded,
  })
  return { send, pauses, bodies }
}

test('a batch says that it is of the past, and each message has its result', async () => {
  const { send, bodies } = sender(() =>
    answer(200, {
      results: ['accepted', 'invalid', 'denied', 'invalid'],
      reasons: [{ index: 1, message: 'why' }],
    }),
  )
  expect(await send(some)).toEqual([
    { line: 1, result: 'accepted' },
    { line: 2, result: 'invalid', reason: 'why' },
    { line: 3, result: 'denied' },
    { line: 4, result: 'invalid', reason: 'is refused by the service' },
  ])
  expect(JSON.parse(bodies[0] as string)).toMatchObject({ context: { imported: true } })
  expect(bodies[0]).not.toContain('sentAt')
})

test('a service that has too much to do is asked again when it says, and one that is away with growing pauses', async () => {
  const { send, pauses } = sender((body, count) => {
    if (count === 1) return answer(429, {}, { 'retry-after': '7' })
    if (count === 2) return answer(503)
    return count < 5 ? new Error('ECONNREFUSED') : allAccepted(body)
  })
  expect(await send(some)).toHaveLength(4)
  expect(pauses).toEqual([7_000, 1_000, 2_000, 4_000])
})

test('a message that makes the service refuse its batch is found, and the others are taken', async () => {
  const { send } = sender((body) => (idsOf(body).includes('m3') ? answer(400, { no: 'm3' }) : allAccepted(body)))
  const results = await send(some)
  expect(results?.map(({ result }) => result)).toEqual(['accepted', 'accepted', 'invalid', 'accepted'])
  expect(results?.[2]).toEqual({ line: 3, result: 'invalid', reason: 'the service answers 400: {"no":"m3"}' })
})

test.each([401, 403, 404, 302])('an answer of %i ends the import with its words', async (status) => {
  const { send } = sender(() => answer(status, { error: 'key_invalid' }))
  await expect(send(some)).rejects.toThrow(`the service answers ${status}: {"error":"key_invalid"}`)
})

test('an answer of something else than a service is no success', async () => {
  const { send } = sender(() => ({ status: 200, headers: new Headers(), text: '<h1>Welcome to the portal</h1>' }))
  await expect(send(some)).rejects.toThrow('what answers with 200 is no service of Prepaint')
})

test('a service that stays away ends the import, which says that it can go on', async () => {
  const { send, pauses } = sender(() => new Error('ECONNREFUSED'))
  await expect(send(some)).rejects.toThrow('ECONNREFUSED; the next run goes on from here')
  expect(pauses.reduce((sum, ms) => sum + ms)).toBeGreaterThan(500_000)
})

test('an import that is told to end while it waits sends nothing more', async () => {
  let isEnded = false
  const { send, bodies } = sender(
    () => {
      isEnded = true
      return answer(503)
    },
    () => isEnded,
  )
  expect(await send(some)).toBeUndefined()
  expect(bodies).toHaveLength(1)
})
