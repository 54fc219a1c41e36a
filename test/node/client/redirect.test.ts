// @vitest-environment jsdom
import { afterEach, expect, test } from 'vitest'
import { destination } from '../../../src/client/redirect.ts'

afterEach(() => {
  history.replaceState(null, '', '/')
})

test.each([
  ['/new', 'http://localhost:3000/new?utm_campaign=spring&gclid=a#sizes'],
  ['/new?from=spring', 'http://localhost:3000/new?from=spring#sizes'],
  ['/new#top', 'http://localhost:3000/new?utm_campaign=spring&gclid=a#top'],
  ['https://shop.example/new', 'https://shop.example/new?utm_campaign=spring&gclid=a#sizes'],
])('what the page has been called with goes along to %s, unless the catalog says otherwise', (address, target) => {
  history.replaceState(null, '', '/start?utm_campaign=spring&gclid=a#sizes')
  expect(destination(address, '')).toBe(target)
})

test.each(['/start', '/start?a=1', 'javascript:run()', 'data:text/html,x', 'https://before.example/'])(
  '%s is not followed',
  (address) => {
    history.replaceState(null, '', '/start?a=1#top')
    expect(destination(address, 'before.example')).toBe(false)
  },
)
