// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import type { ClientOptions } from '../../../src/client/config.ts'
import { consentNow, keepToken, tokenNow } from '../../../src/client/visitor.ts'
import { configure } from '../../../src/sdk/configure.ts'

function open(options: Partial<ClientOptions> = {}) {
  const state = { _config: configure({ site: 'shop', ...options }) }
  return {
    consentNow: () => consentNow(state),
    tokenNow: () => tokenNow(state) || '',
    keepToken: (token: string) => {
      keepToken(state, token)
    },
  }
}

function setCookie(cookie: string): void {
  document.cookie = `${cookie};Path=/`
}

afterEach(() => {
  for (const name of ['pp_consent', 'pp_id', 'other_pp_id']) setCookie(`${name}=;Max-Age=0`)
  Object.assign(navigator, { globalPrivacyControl: undefined })
})

test.each([
  [undefined, '', 'pending'],
  ['pending', '', 'pending'],
  ['granted', '', 'granted'],
  ['denied', '', 'denied'],
  [undefined, 'granted', 'granted'],
  ['pending', 'granted', 'granted'],
  ['granted', 'denied', 'denied'],
  ['denied', 'granted', 'denied'],
] as const)('the page says %s, the visitor chose "%s": consent is %s', (said, chosen, expected) => {
  if (chosen) setCookie(`pp_consent=${chosen}`)
  expect(open({ consent: said }).consentNow()).toBe(expected)
})

test.each(['not-granted', 'GRANTED', 'granted ', ' granted', 'ungranted', 'granted,denied', 'true'])(
  '"%s" grants nothing',
  (word) => {
    expect(open({ consent: word as never }).consentNow()).toBe('pending')
    setCookie(`pp_consent=${word.replace(' ', '%20')}`)
    expect(open().consentNow()).toBe('pending')
  },
)

test('of several cookies of the name any that denies wins', () => {
  vi.spyOn(document, 'cookie', 'get').mockReturnValue('pp_consent=granted; a=b; pp_consent=denied')
  expect(open({ consent: 'granted' }).consentNow()).toBe('denied')
  vi.restoreAllMocks()
})

test('a choice in another tab holds at once, over what the page said', () => {
  const visitor = open({ consent: 'granted' })
  setCookie('pp_consent=denied')
  expect(visitor.consentNow()).toBe('denied')
  setCookie('pp_consent=granted')
  expect(visitor.consentNow()).toBe('granted')
})

test('Global Privacy Control is a denial only where the page says so', () => {
  Object.assign(navigator, { globalPrivacyControl: true })
  expect(open({ consent: 'granted' }).consentNow()).toBe('granted')
  expect(open({ consent: 'granted', gpc: 'strict' }).consentNow()).toBe('denied')
})

test('the token is kept in a first-party cookie and read by the next page', () => {
  open({ consent: 'granted' }).keepToken('a.b.c')
  expect(open({ consent: 'granted' }).tokenNow()).toBe('a.b.c')
})

test('without consent the token is not even looked at', () => {
  setCookie('pp_id=a.b.c')
  expect(open().tokenNow()).toBe('')
  expect(open({ consent: 'denied' }).tokenNow()).toBe('')
})

test('a cookie that the service has set already is not written again', () => {
  const write = vi.spyOn(document, 'cookie', 'set')
  vi.spyOn(document, 'cookie', 'get').mockReturnValue('pp_id=a.b.c')
  open({ consent: 'granted' }).keepToken('a.b.c')
  expect(write).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

test('a cookie whose name only ends like ours is not ours', () => {
  setCookie('other_pp_id=x')
  expect(open({ consent: 'granted' }).tokenNow()).toBe('')
})

test('what another tab has withdrawn or reset holds here too', () => {
  const visitor = open({ consent: 'granted' })
  visitor.keepToken('mine')
  setCookie('pp_id=of-another-tab')
  expect(visitor.tokenNow()).toBe('of-another-tab')
  setCookie('pp_consent=denied')
  expect([visitor.consentNow(), visitor.tokenNow()]).toEqual(['denied', ''])
})

function refuse(): never {
  throw new DOMException('sandboxed', 'SecurityError')
}

test('where cookies are forbidden the token dies with the page', () => {
  Object.defineProperty(document, 'cookie', { get: refuse, set: refuse, configurable: true })
  const visitor = open({ consent: 'granted' })
  expect(visitor.tokenNow()).toBe('')
  visitor.keepToken('a.b.c')
  expect(visitor.tokenNow()).toBe('a.b.c')
  visitor.keepToken('d.e.f')
  expect(visitor.tokenNow()).toBe('d.e.f')
  expect(open({ consent: 'granted' }).tokenNow()).toBe('')
  visitor.keepToken('')
  expect(visitor.tokenNow()).toBe('')
  Reflect.deleteProperty(document, 'cookie')
})

test('a token that a cookie holds goes when another tab deletes the cookie', () => {
  const visitor = open({ consent: 'granted' })
  visitor.keepToken('a.b.c')
  setCookie('pp_id=;Max-Age=0')
  expect(visitor.tokenNow()).toBe('')
})

test('forgetting deletes the cookie', () => {
  const visitor = open({ consent: 'granted' })
  visitor.keepToken('a.b.c')
  visitor.keepToken('')
  expect(document.cookie).not.toContain('pp_id')
  expect(visitor.tokenNow()).toBe('')
})
