import { expect, test } from 'vitest'
import { ORIGIN, startService } from '../../support/start-service.ts'

/** Asks what a page may send; resolves with the names of headers that the answer allows. */
async function allowed(url: string, asked: string | undefined): Promise<string[]> {
  const headers: { [name: string]: string } = { origin: ORIGIN, 'access-control-request-method': 'POST' }
  if (asked !== undefined) headers['access-control-request-headers'] = asked
  const answer = await fetch(url, { method: 'OPTIONS', headers })
  expect(answer.status).toBe(204)
  return answer.headers.get('access-control-allow-headers')?.split(', ') ?? []
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `x-${index}`)
const longest = 'n'.repeat(64)

/** A list of so many characters, of names that are allowed. */
const listOf = (length: number): string => 'a,'.repeat(length / 2 - 1).padEnd(length, 'b')

test('headers are allowed as they are asked for, up to every bound and not beyond it', async () => {
  const { url } = await startService()
  const cases: [name: string, asked: string | undefined, names: string[]][] = [
    ['nothing', undefined, []],
    ['an empty list', '', []],
    ['empty items', ' , ,,', []],
    ['one', 'Content-Type', ['content-type']],
    ['one twice', 'x-a, X-A,x-a', ['x-a']],
    ['white space', '  x-a ,\tx-b', ['x-a', 'x-b']],
    ['every sign that a name may have', "!#$%&'*+-.^_`|~0aZ", ["!#$%&'*+-.^_`|~0az"]],
    ['signs that no name has', 'x y,x:y,x(y),"x",x/y,é', []],
    ['any', '*', []],
    ['the longest name', longest, [longest]],
    ['a name of one sign more', `${longest}n`, []],
    ['64 names', numbered(64).join(), numbered(64)],
    ['65 names', numbered(65).join(), numbered(64)],
    ['64 names behind a key, which is not one of them', ['authorization', ...numbered(64)].join(), numbered(64)],
    ['the longest list', listOf(2_048), ['a', 'bb']],
    ['a list of one sign more', `${listOf(2_048)}b`, []],
  ]
  for (const [name, asked, names] of cases) {
    expect([name, await allowed(`${url}/v1/decide`, asked)]).toEqual([name, names])
  }
  expect(await allowed(`${url}/v1/batch`, 'Authorization')).toEqual(['authorization'])
  expect(await allowed(`${url}/v1/decide`, 'Authorization')).toEqual([])
})

test('an unknown address is not found, whoever asks, and only pages of the site read it', async () => {
  const { url } = await startService()
  const ask = async (origin?: string) => {
    const { status, headers } = await fetch(`${url}/v1/nothing`, {
      method: 'OPTIONS',
      headers: origin ? { origin } : {},
    })
    return [status, headers.get('access-control-allow-origin')]
  }
  expect(await ask(ORIGIN)).toEqual([404, ORIGIN])
  expect(await ask('https://evil.example')).toEqual([404, null])
  expect(await ask()).toEqual([404, null])
})
