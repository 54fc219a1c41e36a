import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAllowed, parsePolicy } from '../../src/doctor/csp.ts'
import { MAX_PAGE_BYTES } from '../../src/doctor/fetch-text.ts'
import { type Finding, findings } from '../../src/doctor/finding.ts'
import { MAX_PAGE_DEPTH } from '../../src/doctor/page.ts'
import { runCommand } from '../support/run-command.ts'
import { CATALOG, startService, temporaryDirectory } from '../support/start-service.ts'

const TAG = '<script src="/pp/prepaint.js" data-site="agency" data-slots=\'{"masthead":"header.masthead"}\'></script>'
const BODY = '<header class="masthead">Hello</header><h1 data-pp-slot="headline">Welcome</h1>'

/** Headers that the brand's server passes on to the service. */
type Proxy = (headers: IncomingHttpHeaders) => IncomingHttpHeaders

/** A proxy that keeps these headers to itself. */
function without(...names: string[]): Proxy {
  return (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A brand's server: one page, and the service under `/pp`. */
async function startBrand(
  html: string,
  headers: { [name: string]: string } = {},
  proxy = without('cookie'),
): Promise<string> {
  const { url: serviceUrl } = await startService({ allowLoopbackOrigins: true })
  return listen(
    createServer((request, response) => {
      const path = request.url ?? ''
      if (!path.startsWith('/pp/'))
        return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
      const forwarded = httpRequest(
        serviceUrl + path.slice(3),
        { method: request.method, headers: proxy(request.headers) },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      request.pipe(forwarded)
    }),
  )
}

function page(head: string, body = BODY): string {
  return `<!doctype html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`
}

async function examine(url: string, ...args: string[]): Promise<{ code: number; codes: string[]; details: string }> {
  const { code, stdout, stderr } = await runCommand(['doctor', url, '--json', ...args])
  const { findings: found = [] } = JSON.parse(stdout) as { findings?: Finding[] }
  return { code, codes: found.map((finding) => finding.code), details: JSON.stringify(found) + stdout + stderr }
}

test('doctor finds nothing on a page where all is well, with its catalog and without', async () => {
  const url = await startBrand(
    page(`<title>Shop</title>${TAG}<link rel="stylesheet" href="a.css"><script src="b.js"></script>`),
  )
  const file = join(await temporaryDirectory(), 'catalog.yaml')
  await writeFile(file, CATALOG)
  expect(await examine(url)).toMatchObject({ code: 0, codes: [] })
  expect(await examine(url, '--catalog', file)).toMatchObject({ code: 0, codes: [] })
  expect((await runCommand(['doctor', url])).stdout).toBe('all is well\n')
})

test.each([
  ['no tag', page(''), ['tag_missing']],
  ['a tag in the body', page('', TAG + BODY), ['tag_not_in_head']],
  ['a style sheet before the tag', page(`<link rel="preload stylesheet" href="a.css">${TAG}`), ['tag_not_first']],
  ['a script before the tag', page(`<script src="a.js"></script>${TAG}`), ['tag_not_first']],
  [
    'a style sheet that imports another before the tag',
    page(`<style>@import 'a.css';</style>${TAG}`),
    ['tag_not_first'],
  ],
  [
    "the snippet's own queue and room before the tag",
    page(`<style>h1{color:red}</style><script>pp=1</script>${TAG}`),
    [],
  ],
  ['a script behind the tag', page(`${TAG}<script src="a.js"></script>`), []],
  ['data before the tag', page(`<script type="application/ld+json">{}</script>${TAG}`), []],
  ['an element that ends the head before the tag', page(`<div></div>${TAG}`), ['tag_not_in_head']],
  ['an asynchronous tag', page(TAG.replace('<script', '<script async')), ['tag_not_blocking']],
  ['a deferred tag', page(TAG.replace('<script', '<script defer')), ['tag_not_blocking']],
  ['a module', page(TAG.replace('<script', '<script type="module"')), ['tag_not_blocking']],
  ['a tag that is not there', page(TAG.replace('prepaint.js', 'none.js')), ['tag_unloadable']],
  ['a selector that matches nothing', page(TAG, '<h1 data-pp-slot="headline">x</h1>'), ['slot_unmatched']],
  ['a selector that is none', page(TAG.replace('header.masthead', 'header[')), ['selector_unreadable']],
  ['slots that are no JSON', page(TAG.replace('{"masthead"', '{masthead'), BODY), []],
  [
    'a script in a slot',
    page(TAG, BODY.replace('Hello', '<p><b><script src="carousel.js"></script></b></p>')),
    ['slot_has_script'],
  ],
  ['a site that the service does not know', page(TAG.replace('"agency"', '"other"')), ['service_refuses']],
  [
    'an endpoint where no service is',
    page(TAG.replace('<script', '<script data-endpoint="/elsewhere"')),
    ['service_silent'],
  ],
  ['two hosts that answer', page(TAG.replace('<script', '<script data-endpoint="/pp /pp"')), []],
  [
    'a second host where no service is',
    page(TAG.replace('<script', '<script data-endpoint="/pp /elsewhere"')),
    ['service_silent'],
  ],
])('doctor tells of %s', async (_what, html, codes) => {
  const found = await examine(await startBrand(html))
  expect([found.codes, found.code]).toEqual([codes, codes.length > 0 ? 3 : 0])
})

test('a slot of the catalog that is nowhere in the page is told of', async () => {
  const file = join(await temporaryDirectory(), 'catalog.yaml')
  await writeFile(file, CATALOG.replace('  headline: {}', '  headline: {}\n  footer: {}'))
  const found = await examine(await startBrand(page(TAG)), '--catalog', file)
  expect([found.code, found.codes, found.details]).toEqual([3, ['slot_unmatched'], expect.stringContaining('footer')])
})

/** An element with a declarative shadow root. */
function card(content: string, attributes = 'shadowrootmode="open"'): string {
  return `<x-card id="teaser"><template ${attributes}>${content}</template></x-card>`
}

const CLOSED = 'shadowrootmode="CLOSED"'
const DARK = '<header class="masthead">x</header>'
const LIGHT = '<header class="masthead">Hello</header>'

test.each([
  ['a marked slot', page(TAG, BODY + card('<h2 data-pp-slot="offer">x</h2>', CLOSED)), ['slot_in_shadow_root']],
  ["a selector's slot", page(TAG, card(DARK, CLOSED)), ['slot_in_shadow_root']],
  ['a slot in an open root', page(TAG, card(DARK)), []],
  ['a script in a slot in an open root', page(TAG, card(DARK.replace('x', '<script></script>'))), ['slot_has_script']],
  ['a slot in an open root within an open one', page(TAG, card(`<p></p><div>${card(DARK)}</div>`)), []],
  ['a slot in an open root within a closed one', page(TAG, card(card(DARK), CLOSED)), ['slot_in_shadow_root']],
  ['a slot in a closed root within an open one', page(TAG, card(card(DARK, CLOSED))), ['slot_in_shadow_root']],
  ['a slot that stands in the document, too', page(TAG, LIGHT + card(DARK)), []],
  [
    'a selector that begins outside of the root',
    page(TAG.replace('header.masthead', 'x-card header'), card(DARK)),
    ['slot_unmatched'],
  ],
  ['a template that is never in the page', page(TAG, card(DARK, 'id="row"')), ['slot_unmatched']],
  [
    'a slot that the page hands to a root',
    page(TAG, card('<slot></slot>').replace('</x-card>', `${LIGHT}</x-card>`)),
    [],
  ],
])('doctor looks for slots in shadow roots: %s', async (_what, html, codes) => {
  const found = await examine(await startBrand(html))
  expect(found.codes).toEqual(codes)
  if (codes.includes('slot_in_shadow_root'))
    expect(found.details).toMatch(/(offer|masthead): <h\w+> in the closed shadow root of <x-card> #teaser/)
})

test('cookies that leak through the proxy and headers that do not get through are told of', async () => {
  const leaky = await examine(await startBrand(page(TAG), {}, (headers) => headers))
  expect([leaky.codes, leaky.details]).toEqual([['cookies_leak'], expect.stringContaining('2 of 2')])
  const deaf = await startBrand(page(TAG), {}, without('cookie', 'sec-gpc', 'accept-language'))
  const { codes, details } = await examine(deaf)
  expect([codes, details]).toEqual([['headers_lost'], expect.stringContaining('accept-language, sec-gpc')])
})

test.each([
  ["default-src 'self'", 0, ''],
  ["default-src 'none'", 3, 'connect-src blocks'],
  ["script-src 'self'; connect-src 'none'", 3, 'connect-src blocks'],
  ["script-src 'nonce-abc'; connect-src 'self'", 3, 'script-src blocks the tag'],
  ["default-src 'self'; require-trusted-types-for 'script'; trusted-types other", 3, 'trusted-types lacks prepaint'],
  ["default-src 'self'; require-trusted-types-for 'script'; trusted-types prepaint", 0, ''],
])('under the policy %s doctor ends with %i', async (policy, code, detail) => {
  const found = await examine(await startBrand(page(TAG), { 'content-security-policy': policy }))
  expect([found.code, found.codes.filter((one) => one !== 'csp_blocks')]).toEqual([code, []])
  expect(found.details).toContain(detail)
  const meta = await examine(
    await startBrand(page(`<meta http-equiv="Content-Security-Policy" content="${policy}">${TAG}`)),
  )
  expect(meta.code).toBe(code)
})

test.each([
  ["script-src 'self'", {}, true],
  ['script-src https://www.brand.example', {}, true],
  ['script-src www.brand.example/pp/', {}, true],
  ['script-src www.brand.example/other/', {}, false],
  ['script-src *.brand.example', {}, true],
  ['script-src *.other.example', {}, false],
  ['script-src http://www.brand.example', {}, false],
  ['script-src https:', {}, true],
  ["script-src 'nonce-x'", { nonce: 'x' }, true],
  ["script-src 'nonce-x' 'strict-dynamic' 'self'", {}, false],
  ["script-src 'sha256-gj4FLpwFgWrJxA7NLcFCWSwEF/PMnmWidszB6OONAAo='", { script: 'go()' }, false],
  ["script-src 'unsafe-inline'", { script: 'go()' }, true],
  ["script-src 'unsafe-inline' 'nonce-x'", { script: 'go()' }, false],
  ["script-src 'self'", { script: 'go()' }, false],
  ["img-src 'none'", {}, true],
  ["SCRIPT-SRC 'none'; script-src *", {}, false],
])('the policy %s lets %j run: %s', (policy, extra, isOne) => {
  const wanted = { url: 'https://www.brand.example/pp/prepaint.js', ...extra }
  expect(isAllowed(parsePolicy(policy), ['script-src', 'default-src'], wanted, 'https://www.brand.example/')).toBe(
    isOne,
  )
})

/** Pages that want to harm whoever looks at them. */
const hostile: [name: string, html: string][] = [
  ['200,000 elements in each other', page(TAG, BODY + '<div>'.repeat(200_000))],
  ['200,000 elements beside each other, 500 deep', page(TAG, '<div>'.repeat(500) + BODY + '<p>'.repeat(200_000))],
  ['formatting elements that are never closed', page(TAG, BODY + '<b><a><p>'.repeat(2_500))],
  ['terminal commands', page(TAG.replace('"agency"', '"a\u001b]0;x\u0007\u202e"'))],
  ['a mark that breaks out of a selector', page(TAG, `${BODY}<p data-pp-slot='"],script,[x="\\'>`)],
  ['200 shadow roots in each other', page(TAG, BODY + '<div><template shadowrootmode="open">'.repeat(200))],
  ['20,000 shadow roots beside each other', page(TAG, card('<p></p>').repeat(20_000))],
  ['nothing', ''],
  ['bytes that are no text', '\ufffd\u0000'.repeat(10_000)],
]

test.each(hostile)('a page with %s is looked at within measure', async (_name, html) => {
  const url = await startBrand(html)
  const startedMs = performance.now()
  const { code, stdout } = await runCommand(['doctor', url])
  expect([0, 1, 3]).toContain(code)
  expect(performance.now() - startedMs).toBeLessThan(15_000)
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

test('a page may be as deep as a browser makes it and no deeper', async () => {
  // html, body and the parser's own root are the others.
  const deep = (levels: number) => page(TAG, BODY + '<div>'.repeat(levels))
  expect(await examine(await startBrand(deep(MAX_PAGE_DEPTH - 2)))).toMatchObject({ code: 0 })
  expect(await examine(await startBrand(deep(MAX_PAGE_DEPTH - 1)))).toMatchObject({
    code: 1,
    details: expect.stringContaining('deeper than 512'),
  })
})

test('a page that is too large, never ends or is none ends with 1 and says why', async () => {
  const large = await startBrand('x'.repeat(MAX_PAGE_BYTES + 1))
  expect(await examine(large)).toMatchObject({
    code: 1,
    details: expect.stringContaining(`larger than ${MAX_PAGE_BYTES} bytes`),
  })
  const missing = await listen(createServer((_request, response) => void response.writeHead(404).end()))
  expect(await examine(missing)).toMatchObject({ code: 1, details: expect.stringContaining('status 404') })
  const loop = await listen(
    createServer((_request, response) => void response.writeHead(302, { location: '/again' }).end()),
  )
  expect((await examine(loop)).code).toBe(1)
  expect(await examine('http://127.0.0.1:1/')).toMatchObject({ code: 1 })
  for (const url of ['', 'brand.example', 'file:///etc/passwd', 'javascript:1']) {
    expect([url, (await runCommand(['doctor', url])).code]).toEqual([url, 2])
  }
  expect((await runCommand(['doctor'])).code).toBe(2)
})

test('docs/errors.md explains everything that doctor can find, and nothing else', async () => {
  const text = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const [, section = ''] = text.split('## What `doctor` finds')
  expect([...section.matchAll(/^\| `([a-z_]+)` \| .+ \| .+ \|$/gm)].map(([, code]) => code)).toEqual(
    Object.keys(findings),
  )
})

const NEXT = '<script>self.__next_f=[]</script>'
const NUXT = '<script>window.__NUXT__={}</script>'
const KIT = '<script>__sveltekit_1a2b={}</script>'
const slot = (attributes = '', content = 'x'): string => `<h1 data-pp-slot="headline"${attributes}>${content}</h1>`

test.each([
  ['of no framework', slot(), []],
  ['of React', slot() + NEXT, ['React']],
  ['of Vue', slot() + NUXT, ['Vue']],
  ['of Vue, with a slot that is prepared', slot(' data-allow-mismatch') + NUXT, []],
  ['of Vue, with one of two elements prepared', slot(' data-allow-mismatch') + slot() + NUXT, ['Vue']],
  ['of Svelte', slot() + KIT, ['Svelte']],
  ['of Svelte, with a slot that is prepared', slot('', '<!--1abc-->x<!---->') + KIT, []],
])('doctor advises how to write the slots of a page %s', async (_what, html, expected) => {
  const url = await startBrand(
    page(TAG, `<header class="masthead" data-allow-mismatch><!--[-->x<!--]--></header>${html}`),
  )
  const { code, stdout } = await runCommand(['doctor', url, '--json'])
  const { advice } = JSON.parse(stdout) as { advice: { framework: string; slots: string[] }[] }
  expect(code).toBe(0)
  expect(advice.map(({ framework }) => framework)).toEqual(expected)
  for (const { slots } of advice) expect(slots).toContain('headline')
  if (expected.length > 0)
    expect((await runCommand(['doctor', url])).stdout).toMatch(/^all is well\nadvice: .*\n {2}.*headline/)
})
