import type { Statement } from 'prepaint/engine'
import { createPatientPost, type PostOptions, refusal, SendError } from '../transfer/post-patiently.ts'

/** Sends statements; resolves with how many were taken, or with undefined when it was told to end before. */
export type SendStatements = (statements: readonly Statement[]) => Promise<number | undefined>

function acceptedOf(text: string): number | undefined {
  try {
    const { accepted } = Object(JSON.parse(text)) as { accepted?: unknown }
    return typeof accepted === 'number' ? accepted : undefined
  } catch {
    return undefined
  }
}

/** Makes what sends statements of a site to its service, and does not give up while it may come back. It rejects with a SendError. */
export function createStatementSender(site: string, options: PostOptions): SendStatements {
  const post = createPatientPost(options)
  return async (statements) => {
    const answer = await post(JSON.stringify({ v: 1, site, statements }))
    if (!answer) return undefined
    if (answer.status < 200 || answer.status > 299) throw new SendError(refusal(answer))
    const accepted = acceptedOf(answer.text)
    if (accepted === undefined) throw new SendError(`what answers with ${answer.status} is no service of Prepaint`)
    return accepted
  }
}
