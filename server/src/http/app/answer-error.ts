import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from 'prepaint/protocol'
import { CUT, errorBody, errors, HttpError } from './errors.ts'
import { ignoreRest } from './read-body.ts'

/** Ours for the framework's and Node's own codes. */
const codes: { [frameworkCode: string]: ErrorCode } = {
  FST_ERR_BAD_URL: 'route_unknown',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_invalid',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_INVALID_TYPE: 'media_type_unsupported',
  [CUT]: 'body_invalid',
}

/** Seconds after which what was refused for now may be tried again. */
const RETRY_AFTER_S = '5'

/** An error with a code of ours, of the framework or of Node. */
type Failure = Error & { code?: string }

/** The answer to a request that has failed. */
export interface Refusal {
  status: number
  retryAfter?: string
  body: ReturnType<typeof errorBody>
}

function httpError(error: Failure): HttpError {
  if (error instanceof HttpError) return error
  return new HttpError(codes[error.code ?? ''] ?? 'internal', undefined, { cause: error })
}

/** Makes the answer to a request that has failed, each kind of failure in its one way; `log` gives the request's own log. */
export function refusalOf(error: Failure, log: () => FastifyBaseLogger): Refusal {
  const answer = httpError(error)
  const { status } = errors[answer.code]
  // Nothing has failed, and nobody is left to be answered: no line of its own would tell of it.
  if (error.code === CUT) log().info('the request was cut before all of it had arrived')
  if (status >= 500) log().error({ err: answer.cause ?? answer }, answer.message)
  return {
    status,
    ...(status === 503 || status === 429 ? { retryAfter: RETRY_AFTER_S } : {}),
    body: errorBody(answer),
  }
}

/** Answers a request of the framework's that has failed. */
export function answerError(error: FastifyError | HttpError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, retryAfter, body } = refusalOf(error, () => request.log)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  // The framework closes the connection of a body that it could not take, which may cut the answer off.
  reply.removeHeader('connection')
  ignoreRest(request.raw)
  reply.code(status).send(body)
}
