// Writes docs/http.md from the service's OpenAPI description: `npm run api` runs it. A test holds the page to the description.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)

/** Bodies that are shown with their routes; a test holds them to the schemas. */
export const exampleBodies = {
  '/v1/decide': {
    v: 1,
    site: 'shop',
    consent: 'pending',
    page: { path: '/', campaign: 'spring', referrer: '' },
    utcOffsetMin: 60,
  },
  '/v1/batch': {
    v: 1,
    site: 'shop',
    consent: 'granted',
    token: '<token of an answer>',
    sentAt: '2026-11-28T12:00:02Z',
    batch: [
      {
        type: 'track',
        event: 'Order Completed',
        properties: { total: 49 },
        messageId: 'order-17',
        timestamp: '2026-11-28T12:00:00Z',
      },
    ],
  },
  '/v1/track': { userId: 'u1', event: 'Order Completed', properties: { total: 49 } },
  '/v1/erase': { userId: 'u1' },
}

const keyNames = { serverKey: 'server key (Bearer)', eventsKey: 'events key (Basic)', peerKey: "services' own" }
const keyOptions = { serverKey: '-H "Authorization: Bearer $SERVER_KEY"', eventsKey: '-u "$EVENTS_KEY:"' }

const code = (text) => `\`${text}\``
const nameOf = ({ $ref }) => $ref?.split('/').at(-1)

function limitsOf({ minimum, maximum, minLength, maxLength, minItems, maxItems }, isList) {
  const [least, most] = isList ? [minItems, maxItems] : [minimum ?? minLength, maximum ?? maxLength]
  if (least === undefined && most === undefined) return ''
  if (least === most) return `, ${most}`
  const range =
    most === undefined ? `at least ${least}` : least === undefined ? `at most ${most}` : `${least} to ${most}`
  return `, ${range}${isList ? ' items' : maxLength === undefined ? '' : ' characters'}`
}

function typeOf(schema) {
  if (schema.enum) return schema.enum.map(code).join(', ')
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.type === 'array') {
    const { items = {} } = schema
    return `list${items.enum || items.type === 'string' ? ` of ${typeOf(items)}` : ''}${limitsOf(schema, true)}`
  }
  return `${[schema.type ?? 'any JSON'].flat().join(' or ')}${limitsOf(schema, false)}`
}

/** The word by which the alternatives of a union differ, and those of them that have a property. */
function rowsOfUnion(alternatives, path) {
  const objects = alternatives.filter(({ properties }) => properties)
  if (objects.length < alternatives.length) return []
  const mark = Object.keys(objects[0].properties).find((name) =>
    objects.every(({ properties }) => properties[name]?.const),
  )
  const names = [...new Set(objects.flatMap(({ properties }) => Object.keys(properties)))]
  return names.flatMap((name) => {
    const holders = objects.filter(({ properties }) => properties[name])
    const wordsOf = (some) => some.map(({ properties }) => code(properties[mark]?.const)).join(', ')
    const schema =
      name === mark ? { enum: objects.map(({ properties }) => properties[mark].const) } : holders[0].properties[name]
    const needing = holders.filter(({ required = [] }) => required.includes(name))
    const others = holders.filter((holder) => !needing.includes(holder))
    if (needing.length === objects.length) return rowsOf(`${path}.${name}`, schema, 'yes')
    const needed = [
      needing.length > 0 && `yes with ${wordsOf(needing)}`,
      others.length > 0 && `no with ${wordsOf(others)}`,
    ]
    return rowsOf(`${path}.${name}`, schema, needed.filter(Boolean).join('; '))
  })
}

/** One row a field, nested ones by their path. */
function rowsOf(path, schema, needed) {
  const row = `| ${code(path)} | ${
    schema.anyOf
      ? schema.anyOf
          .map(typeOf)
          .filter((type, at, all) => all.indexOf(type) === at)
          .join(' or ')
      : typeOf(schema)
  } | ${needed} |`
  const inside = schema.items ? `${path}[]` : path
  const inner = schema.items ?? schema
  const map = Object.values(inner.patternProperties ?? {})[0]
  return [
    row,
    ...(inner.anyOf ? rowsOfUnion(inner.anyOf, inside) : []),
    ...fieldsOf(inner, `${inside}.`),
    ...(map ? rowsOf(`${inside}.*`, map, 'no') : []),
  ]
}

function fieldsOf({ properties = {}, required = [] }, path = '') {
  return Object.entries(properties).flatMap(([name, schema]) =>
    rowsOf(path + name, schema, required.includes(name) ? 'yes' : 'no'),
  )
}

function component(name, schema) {
  const rows = fieldsOf(schema)
  return [`### ${name}`, '', '| field | type | needed |', '|---|---|---|', ...rows, '']
}

/** Describes a body or an answer: components by links, else its media type. */
function contentOf(content = {}) {
  const [[mediaType, { schema }] = ['', { schema: {} }]] = Object.entries(content)
  const names = (schema.anyOf ?? [schema]).map(nameOf).filter(Boolean)
  return names.length === 0 ? code(mediaType) : names.map((name) => `[${name}](#${name.toLowerCase()})`).join(' or ')
}

function keyOf({ security = [] }) {
  const keys = security.flatMap((way) => Object.keys(way)).map((name) => keyNames[name])
  if (keys.length === 0) return 'none'
  return `${keys.join(' or ')}${security.some((way) => Object.keys(way).length === 0) ? ', optional' : ''}`
}

function exampleOf(path, { security = [] }, server) {
  const body = exampleBodies[path]
  if (!body) return []
  const isOpen = security.some((way) => Object.keys(way).length === 0) && path !== '/v1/track'
  const key = isOpen ? '' : ` ${keyOptions[Object.keys(security.find((way) => Object.keys(way).length > 0))[0]]}`
  return [
    '```sh',
    `curl -s ${server}${path}${key} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`,
    '```',
    '',
  ]
}

/** Links to the body of an answer, or the codes of an error. */
function answerOf([status, { content, description }]) {
  const codes = [...description.matchAll(/`(\w+)`:/g)].map(([, name]) => code(name))
  const answer = codes.length > 0 ? codes.join(', ') : content ? contentOf(content) : description
  return `| ${status} | ${answer} |`
}

/** One section for all routes that differ by their name alone. */
function section([{ method, path, operation }, ...others], { servers }) {
  return [
    `### ${method.toUpperCase()} ${path}`,
    '',
    `${operation.summary}.${others.length === 0 ? '' : ` In the same way: ${others.map((other) => code(other.path)).join(', ')}.`}`,
    '',
    `Key: ${keyOf(operation)}.${operation.requestBody ? ` Body: ${contentOf(operation.requestBody.content)}.` : ''}`,
    '',
    ...exampleOf(path, operation, servers[0].url),
    '| status | answer, or codes of errors |',
    '|---|---|',
    ...Object.entries(operation.responses).map(answerOf),
    '',
  ]
}

/** The text of docs/http.md for an OpenAPI document. */
export function httpReference(document) {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const kinds = Map.groupBy(routes, ({ method, operation: { requestBody, responses, security, servers } }) =>
    JSON.stringify([method, requestBody, responses, security, servers]),
  )
  const groups = [...kinds.values()]
  const anchor = ({ method, path }) =>
    `${method} ${path}`
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-')
  const index = groups.flatMap(([first, ...others]) =>
    [first, ...others].map(({ method, path, operation: { summary, security, servers } }) => {
      const route = `[${code(`${method.toUpperCase()} ${path}`)}](#${anchor(first)})`
      return `| ${route} | ${summary} | ${keyOf({ security })} | ${servers ? 'admin' : 'public'} |`
    }),
  )
  return [
    '# HTTP API',
    '',
    'Written by `npm run api` from the description that `GET /v1/openapi.json` and `prepaint-server openapi` give (OpenAPI',
    `${document.openapi}); a test holds this page to it. The public listener is ${document.servers[0].url} by default, the admin listener has the`,
    'next port. Behind the proxy rule of `snippet` every public path stands below `/pp`.',
    '',
    'Bodies are JSON, sent as `text/plain` (browsers then need no preflight) or `application/json`. Print keys with `prepaint-server key --site',
    "SITE --for server` or `--for events`. Where a key is optional, the body says who asks instead: by the visitor's `token`, or by `writeKey` in",
    "Segment's protocol. Errors have the body [Error](#error); [errors.md](errors.md) has the meaning and the remedy of each code.",
    '',
    '| route | what it does | key | listener |',
    '|---|---|---|---|',
    ...index,
    '',
    '## Routes',
    '',
    ...groups.flatMap((group) => section(group, document)),
    '## Bodies',
    '',
    ...Object.entries(document.components.schemas).flatMap(([name, schema]) => component(name, schema)),
  ].join('\n')
}

/** Returns the OpenAPI document of the built service. */
export function openApiDocument() {
  const bin = new URL('server/bin/prepaint-server.mjs', root).pathname
  return JSON.parse(execFileSync(process.execPath, [bin, 'openapi'], { encoding: 'utf8' }))
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  writeFileSync(new URL('docs/http.md', root), httpReference(openApiDocument()))
