import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import type { TvFinding } from '../../src/tv/finding.ts'
import { isPrivateAddress } from '../../src/tv/hls/private-address.ts'
import { tailPlaylist } from '../../src/tv/hls/tail-playlist.ts'

const NOW_MS = Date.UTC(2026, 9, 1)
const PUBLIC = '93.184.216.34'

type Answer = string | Response | Error | (() => Response)

const redirect = (location: string): Response => new Response(null, { status: 302, headers: { location } })

/** Follows a playlist on a web of addresses, each with its answers in turn, the last of them for ever. */
async function tail(
  url: string,
  web: { [url: string]: Answer[] },
  { looks = 3, names = {} as { [name: string]: string[] } } = {},
) {
  const asked: string[] = []
  const pauses: number[] = []
  const findings: TvFinding[] = []
  const statements: Statement[] = []
  let nowMs = NOW_MS
  const options = {
    ...{ url, feed: 'one', now: () => nowMs },
    fetch: (input: unknown) => {
      const address = String(input)
      asked.push(address)
      const answers = web[address] ?? []
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer instanceof Error) return Promise.reject(answer)
      if (typeof answer === 'function') return Promise.resolve(answer())
      if (answer instanceof Response) return Promise.resolve(answer.clone())
      return Promise.resolve(new Response(answer ?? '', { status: answer === undefined ? 404 : 200 }))
    },
    lookup: (name: string) => Promise.resolve(names[name] ?? [PUBLIC]),
    wait: (ms: number) => {
      pauses.push(ms)
      nowMs += ms
      return Promise.resolve()
    },
    isEnded: () => pauses.length >= looks,
    onFinding: (finding: TvFinding) => void findings.push(finding),
  }
  for await (const statement of tailPlaylist(options)) statements.push(statement)
  return { asked, pauses, statements, messages: findings.map(({ code, message }) => `${code}: ${message}`) }
}

const head = '#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXT-X-PROGRAM-DATE-TIME:2026-10-01T00:00:00Z\n#EXTINF:8,\n1.ts\n'
const out = '#EXT-X-CUE-OUT:30\n#EXTINF:8,\n2.ts\n'
const end = '#EXT-X-ENDLIST\n'

test('a playlist is asked for each target duration, sooner if it has not changed, until it ends; each statement comes once', async () => {
  const url = 'https://tv.example/live.m3u8'
  const web = { [url]: [head, head, head + out, head + out + end] }
  const { asked, pauses, statements, messages } = await tail(url, web, { looks: 10 })
  expect([asked.length, pauses, messages]).toEqual([4, [8_000, 4_000, 8_000], []])
  const [fromMs, toMs] = [NOW_MS + 8_000, NOW_MS + 38_000]
  expect(statements).toEqual([{ feed: 'one', source: 'cue', breaks: [{ fromMs, toMs }] }])
})

test('what fails is told, and tried again more and more slowly', async () => {
  const url = 'https://tv.example/live.m3u8'
  const reset = new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
  const web = { [url]: [reset, new Response('', { status: 500 }), '<html>', head] }
  const { pauses, messages } = await tail(url, web, { looks: 4 })
  expect(pauses).toEqual([2_000, 4_000, 8_000, 8_000])
  expect(messages).toEqual([
    `hls_fetch: ${url}: ECONNRESET`,
    `hls_fetch: ${url} answers 500`,
    'hls_syntax: does not begin with #EXTM3U',
  ])
})

test('the first playlist of several is followed, from where redirects have led', async () => {
  const web = {
    'https://tv.example/a': [redirect('/b/master.m3u8')],
    'https://tv.example/b/master.m3u8': [
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/live.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nhigh',
    ],
    'https://tv.example/b/low/live.m3u8': [head + end],
  }
  expect((await tail('https://tv.example/a', web)).asked).toEqual(Object.keys(web))
})

test.each([
  ['http://10.1.2.3/x', '10.1.2.3 is a private address, to which tv.example must not lead'],
  ['http://127.0.0.1:4311/metrics', '127.0.0.1 is a private address, to which tv.example must not lead'],
  [
    'http://[::ffff:169.254.169.254]/latest/meta-data',
    '[::ffff:a9fe:a9fe] is a private address, to which tv.example must not lead',
  ],
  ['http://2130706433/', '127.0.0.1 is a private address, to which tv.example must not lead'],
  ['https://inside.example/', 'inside.example is a private address, to which tv.example must not lead'],
  ['file:///etc/passwd', 'file: is followed nowhere, http: and https: are'],
])('an address of the internet does not lead to %s', async (location, message) => {
  const names = { 'inside.example': ['192.168.1.1'] }
  for (const answer of [redirect(location), `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${location}\n`]) {
    const { asked, messages } = await tail(
      'https://tv.example/',
      { 'https://tv.example/': [answer] },
      { looks: 1, names },
    )
    expect([asked, messages]).toEqual([['https://tv.example/'], [`hls_fetch: ${message}`]])
  }
})

test('a private address that the operator gave may lead to another one', async () => {
  const web = { 'http://10.0.0.1/a': [redirect('http://10.0.0.2/b')], 'http://10.0.0.2/b': [head + end] }
  expect((await tail('http://10.0.0.1/a', web)).asked).toEqual(Object.keys(web))
})

test.each([
  ['some addresses are private', [PUBLIC, '10.9.9.9']],
  ['no address is known', []],
])('a name of which %s does not lead to a private address', async (_case, addresses) => {
  const web = { 'https://tv.example/': [redirect('http://169.254.169.254/latest')] }
  const names = { 'tv.example': addresses }
  const { asked, messages } = await tail('https://tv.example/', web, { looks: 1, names })
  expect([asked, messages]).toEqual([
    ['https://tv.example/'],
    ['hls_fetch: 169.254.169.254 is a private address, to which tv.example must not lead'],
  ])
})

test('a name whose addresses are all private may lead to a private address', async () => {
  const web = { 'http://tv.lan/a': [redirect('http://10.0.0.2/b')], 'http://10.0.0.2/b': [head + end] }
  const names = { 'tv.lan': ['10.0.0.1', 'fd00::1'] }
  expect((await tail('http://tv.lan/a', web, { names })).asked).toEqual(Object.keys(web))
})

test('redirects in a circle, answers without end and playlists of playlists are given up', async () => {
  const url = 'https://tv.example/'
  const large = () => new Response('#'.repeat(3_000_000))
  const master = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/\n'
  const messagesOf = async (answer: Answer) => (await tail(url, { [url]: [answer] }, { looks: 1 })).messages
  expect(await messagesOf(redirect('/'))).toEqual([`hls_fetch: ${url} leads on and on`])
  expect(await messagesOf(large)).toEqual([`hls_fetch: ${url} is larger than 2097152 bytes`])
  expect(await messagesOf(master)).toEqual(['hls_fetch: names playlists that name playlists'])
  expect(await messagesOf(redirect('http://'))).toEqual([`hls_fetch: ${url} leads to no address`])
})

test.each([
  ['10.0.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['127.9.9.9', true],
  ['169.254.169.254', true],
  ['100.64.0.1', true],
  ['0.0.0.0', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['::', true],
  ['::ffff:10.0.0.1', true],
  ['::ffff:8.8.8.8', false],
  ['64:ff9b::a00:1', true],
  ['::7f00:1', true],
  ['::ffff:0:a00:1', true],
  ['2002:a00:1::1', true],
  ['2001:0:a00:1::', true],
  ['2001:4860:4860::8888', false],
  ['fd00::1', true],
  ['fe80::1', true],
  ['2606:4700::1', false],
  ['no address', true],
])('the address %s is private: %s', (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate)
})
