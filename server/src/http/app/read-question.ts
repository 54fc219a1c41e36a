import { MAX_BODY_BYTES, MAX_BODY_DEPTH } from 'prepaint/protocol'
import { type BodyBounds, parseBody } from './body.ts'
import type { ByteBudget } from './byte-budget.ts'
import { createBodyReader, type Incoming } from './read-body.ts'
import { createTurns } from './turns.ts'

/** Longest question that is parsed when it arrives, in characters: the tag's have 150 to 1,000. Longer ones wait for a turn. */
const USUAL_QUESTION_LENGTH = 2_048

/** Values in one question: the tag's has 20, and thousands of small ones would take ten times as long as a text of their size. */
const MAX_QUESTION_VALUES = 256

const BOUNDS: BodyBounds = { maxValues: MAX_QUESTION_VALUES, maxDepth: MAX_BODY_DEPTH }

/** Values in one body of who has shown a key, which its route has verified: a day of one feed's commercials has thousands. */
const KEYED_BOUNDS: BodyBounds = { maxValues: 65_536, maxDepth: MAX_BODY_DEPTH }

/** Reads and parses the body of a request that is no event. */
export type ReadQuestion = (incoming: Incoming, done: (error: Error | null, question?: unknown) => void) => void

/**
 * Makes the reader of questions. Usual ones are parsed when they arrive; of large ones each turn of the event loop takes one,
 * so that nobody waits for more than one of them, however many arrive.
 */
export function createQuestionReader(options: { budget: ByteBudget; onNoRoom(): void }): ReadQuestion {
  const readBody = createBodyReader(options)
  const inTurn = createTurns()
  return (incoming, done) =>
    readBody(incoming, (error, text) => {
      if (error) return done(error)
      const take = (): void => {
        let question: unknown
        try {
          question = parseBody(text, incoming.limitBytes > MAX_BODY_BYTES ? KEYED_BOUNDS : BOUNDS)
        } catch (flaw) {
          return done(flaw as Error)
        }
        done(null, question)
      }
      if (text.length > USUAL_QUESTION_LENGTH) inTurn(take)
      else take()
    })
}
