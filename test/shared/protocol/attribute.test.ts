import { expect, test } from 'vitest'
import { isSafeAttribute, isSafeUrl } from '../../../src/protocol/index.ts'

test.each([
  '/a',
  'a/b?c#d',
  '#x',
  '//host/a',
  'https://a.example/',
  'http://a',
  'mailto:a@b',
  'tel:1',
  '?a=b:c',
  'a/b:c',
  '',
])('"%s" is a safe URL', (url) => {
  expect(isSafeUrl(url)).toBe(true)
})

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:x',
  ' javascript:x',
  '\u0001javascript:x',
  'java\nscript:x',
  'data:text/html,x',
  'vbscript:x',
  'blob:x',
  'file:///etc',
])('%j is not', (url) => {
  expect(isSafeUrl(url)).toBe(false)
})

test.each([
  ['href', '/a', true],
  ['href', 'javascript:x', false],
  ['src', 'data:text/html,x', false],
  ['aria-label', 'javascript:x', true],
  ['data-price', '9', true],
  ['onclick', 'x', false],
  ['style', 'x', false],
  ['srcdoc', 'x', false],
  ['formaction', '/a', false],
  ['HREF', '/a', false],
  ['data-pp-slot', 'hero', false],
])('attribute %s="%s" is allowed: %s', (name, value, expected) => {
  expect(isSafeAttribute(name, value)).toBe(expected)
})
