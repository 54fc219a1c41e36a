import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { parseCommandLine } from '../../src/cli/arguments.ts'
import type { Command } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { commonOptions } from '../../src/cli/help.ts'
import { createKeys } from '../../src/identity/key.ts'
import { createLinkVerifier } from '../../src/identity/link.ts'
import { createTokens } from '../../src/identity/token.ts'
import { runCommand } from '../support/run-command.ts'

const secret = 's'.repeat(32)
const env = { PREPAINT_SECRET: secret }

const loaded = new Map(
  await Promise.all(Object.entries(commands).map(async ([name, { load }]) => [name, await load()] as const)),
)

const textOptions = [...loaded].flatMap(([name, command]) =>
  Object.entries(command.options)
    .filter(([, { type }]) => type === 'string')
    .map(([option, { multiple = false }]) => ({ name, command, option, multiple })),
)

/** Names of options as somebody else's id may be spelled. */
const optionNames = [...new Set([...textOptions.map(({ option }) => option), ...Object.keys(commonOptions)])]

const anyValue = fc.oneof(
  fc.string(),
  fc.string().map((rest) => `-${rest}`),
  fc.string().map((rest) => `--${rest}`),
  fc.constantFrom(...optionNames).map((name) => `--${name}`),
  fc.tuple(fc.constantFrom(...optionNames), fc.string()).map(([name, rest]) => `--${name}=${rest}`),
  fc.constantFrom('', '-', '--', '=', '-=', '--no-json', '__proto__', '--__proto__', '--constructor'),
)

test('there are commands with text options, and all of them are tried', () => {
  expect(textOptions.length).toBeGreaterThan(50)
  expect(new Set(textOptions.map(({ name }) => name)).size).toBeGreaterThan(10)
})

test.each(textOptions)(
  '$name takes any value of --$option, behind a space or an equals sign',
  ({ command, option, multiple }) => {
    fc.assert(
      fc.property(anyValue, fc.boolean(), fc.boolean(), (value, isJoined, isLast) => {
        const own = isJoined ? [`--${option}=${value}`] : [`--${option}`, value]
        const { values, positionals } = parseCommandLine(isLast ? ['--json', ...own] : [...own, '--json'], command)
        expect({ ...values }).toEqual({ [option]: multiple ? [value] : value, json: true })
        expect(positionals).toEqual([])
      }),
      { numRuns: 300 },
    )
  },
)

test('several values of a list come in their order, whatever they begin with', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { minLength: 1, maxLength: 5 }), (values) => {
      const args = values.flatMap((value) => ['--catalog', value])
      expect(parseCommandLine(args, loaded.get('start') as Command).values['catalog']).toEqual(values)
    }),
  )
})

test('what stands behind -- is an operand, also when it looks like an option', () => {
  const check = loaded.get('catalog check') as Command
  expect(parseCommandLine(['--json', '--', '--json', '-a.yaml'], check).positionals).toEqual(['--json', '-a.yaml'])
})

test.each([
  [['erase', '--site', 'agency', '--visitor'], /--visitor/],
  [['link', '--site', 'agency', '--user'], /--user/],
  [['erase', '--vistor', 'x'], /--vistor/],
  [['erase', '-v', 'x'], /-v/],
  [['erase', 'x'], /x/],
])('%j is refused, and names what is wrong', async (args, why) => {
  expect(await runCommand(args, env)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(why) as string,
  })
})

test('--json as the value of another option asks for no JSON', async () => {
  const ended = await runCommand(['erase', '--user', '--json'], env)
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([2, '', expect.stringContaining('--site NAME is missing')])
  const asked = await runCommand(['erase', '--user', '--json', '--json'], env)
  expect([asked.code, JSON.parse(asked.stdout)]).toMatchObject([2, { error: { kind: 'usage' } }])
})

test('erase takes every token that a service can issue', async () => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body)
      response.writeHead(202).end('{}')
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // The first six bits of the id make its first character: half of these begin with `-`, one in 64 does by chance.
  const idBytes = fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 16, maxLength: 16 })).map(([isDash, bytes]) => {
    if (isDash) bytes[0] = 0xf8 | ((bytes[0] as number) & 3)
    return Buffer.from(bytes)
  })
  await fc.assert(
    fc.asyncProperty(idBytes, async (bytes) => {
      const { token } = createTokens({ secret, randomBytes: () => bytes }).issue('agency')
      const ended = await runCommand(['erase', '--site', 'agency', '--visitor', token, '--url', url], env)
      expect([ended.code, ended.stderr, bodies.at(-1)]).toEqual([0, '', JSON.stringify({ token })])
    }),
    { numRuns: 300 },
  )
})

test('link signs for every id of a user', async () => {
  const verify = createLinkVerifier(createKeys(secret), Date.now)
  const userId = anyValue.filter((value) => value.length > 0 && value.length <= 200)
  await fc.assert(
    fc.asyncProperty(userId, async (user) => {
      const { code, stdout } = await runCommand(['link', '--site', 'shop', '--user', user], env)
      expect([code, verify('shop', stdout.trim())?.userId]).toEqual([0, user])
    }),
    { numRuns: 300 },
  )
})
