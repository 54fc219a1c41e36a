import { type ErrorCode, type JsonObject, PROTOCOL_VERSION } from 'prepaint/protocol'
import { errors } from '../app/errors.ts'
import { components } from './components.ts'
import type { Operation } from './operation.ts'

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` }
}

/** One response a status, with the codes that its body may hold. */
function errorResponses(codes: readonly ErrorCode[]): JsonObject {
  const statuses = [...new Set(codes.map((code) => errors[code].status))].sort()
  return Object.fromEntries(
    statuses.map((status) => {
      const told = codes
        .filter((code) => errors[code].status === status)
        .map((code) => `\`${code}\`: ${errors[code].message}`)
      const content = { 'application/json': { schema: reference('Error') } }
      return [status, { description: told.join('; '), content }]
    }),
  )
}

function answerContent({ answer, alsoAnswer }: Operation): JsonObject {
  const also = alsoAnswer === undefined ? {} : { [alsoAnswer]: { schema: { type: 'string' } } }
  if (typeof answer === 'string') return { 'application/json': { schema: reference(answer) }, ...also }
  const schema = answer.mediaType === 'application/json' ? { type: 'object' } : { type: 'string' }
  return { [answer.mediaType]: { schema } }
}

function bodyContent(names: readonly string[] | { mediaType: string }): JsonObject {
  if ('mediaType' in names) return { [names.mediaType]: { schema: { type: 'string', format: 'binary' } } }
  const [first = '', ...more] = names
  const schema = more.length === 0 ? reference(first) : { anyOf: names.map(reference) }
  return { 'text/plain': { schema }, 'application/json': { schema } }
}

function inPath(name: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string' } }
}

function inQuery(name: string, index: number): JsonObject {
  return { name, in: 'query', required: index === 0, schema: { type: 'string' } }
}

function describe(operation: Operation): JsonObject {
  const {
    summary,
    path,
    method,
    parameters = [],
    query = [],
    request,
    status = 200,
    alsoStatus = [],
    errors: codes = [],
    keys = [],
    isKeyOptional,
  } = operation
  const success = { description: 'The answer', content: answerContent(operation) }
  return {
    operationId: `${method}${path.replace(/\W+(\w)/g, (_all, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    summary,
    ...(parameters.length + query.length === 0
      ? {}
      : { parameters: [...parameters.map(inPath), ...query.map(inQuery)] }),
    ...(request === undefined ? {} : { requestBody: { required: true, content: bodyContent(request) } }),
    responses: {
      ...Object.fromEntries([status, ...alsoStatus].map((status) => [status, success])),
      ...(path.includes('{contextKey}') ? { 302: { description: 'To the one spelling of the key' } } : {}),
      ...errorResponses(codes),
    },
    security: [...(isKeyOptional || keys.length === 0 ? [{}] : []), ...keys.map((key) => ({ [key]: [] }))],
    ...(operation.isAdmin
      ? { servers: [{ url: 'http://127.0.0.1:4311', description: "The operator's listener" }] }
      : {}),
  }
}

/** Describes the service's routes, as an OpenAPI 3.1 document. */
export function openApiDocument(operations: readonly Operation[]): JsonObject {
  const paths: { [path: string]: JsonObject } = {}
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Prepaint decision service',
      version: `${PROTOCOL_VERSION}`,
      summary: 'What a visitor should see, and what has happened',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:4310' }],
    paths,
    components: {
      schemas: JSON.parse(JSON.stringify(components)) as JsonObject,
      securitySchemes: {
        serverKey: { type: 'http', scheme: 'bearer', description: '`prepaint-server key --for server`' },
        peerKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'Follows from the secret; services show it each other',
        },
        eventsKey: {
          type: 'http',
          scheme: 'basic',
          description: '`prepaint-server key --for events` as user name, any password',
        },
      },
    },
  }
}
