import { expect, test } from 'vitest'
import { pageContext } from '../../../src/http/gate/page-context.ts'

const FACTS = { path: '/', campaign: '', referrer: '' }

const deviceOf = (userAgent?: string) => pageContext(FACTS, { 'user-agent': userAgent }).device
const languageOf = (acceptLanguage?: string) => pageContext(FACTS, { 'accept-language': acceptLanguage }).language

test.each([
  ['no header', undefined, 'desktop'],
  ['an empty one', '', 'desktop'],
  ['a desktop browser', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36', 'desktop'],
  ['a phone with Android', 'Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36', 'mobile'],
  ['a tablet with Android', 'Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36', 'tablet'],
  ['an iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148', 'mobile'],
  ['an iPhone whose browser does not say Mobile', 'App/1 (iPhone; iOS 18.0)', 'mobile'],
  ['an iPod whose browser does not say Mobile', 'App/1 (ipod; iOS 12.0)', 'mobile'],
  ['an iPad, which says Mobile, too', 'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Mobile/15E148', 'tablet'],
  ['a Kindle', 'Mozilla/5.0 (Linux; Android 11; KFTRWI) Silk/140.0 Mobile', 'tablet'],
  ['a PlayBook', 'Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1)', 'tablet'],
  ['capitals', 'X MOBI', 'mobile'],
  ['a word that ends at the 512th character', `${'x'.repeat(508)}Mobi`, 'mobile'],
  ['a word beyond the 512th character', `${'x'.repeat(509)}Mobi`, 'desktop'],
])('the device of %s', (_name, userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device)
})

test.each([
  ['no header', undefined, ''],
  ['an empty one', '', ''],
  ['anything', '*', ''],
  ['one language', 'de', 'de'],
  ['a language with a region', 'de-CH', 'de-CH'],
  ['the first of several, whatever their weights', 'fr;q=0.1,de;q=0.9', 'fr'],
  ['white space before it', ' \tde-CH,de', 'de-CH'],
  ['a script and a region', 'zh-Hant-TW', 'zh-Hant-TW'],
  ['digits', 'es-419,es', 'es-419'],
  ['digits alone', '419', ''],
  ['a part of nine letters', 'de-abcdefghi', 'de-abcdefgh'],
  ['a first part of nine letters', 'abcdefghi', 'abcdefgh'],
  ['an open end', 'de-', 'de'],
  ['a tag of 35 characters', 'de-abcdefgh-abcdefgh-abcdefgh-abcdef', 'de-abcdefgh-abcdefgh-abcdefgh-abcde'],
  ['a mistake before a language', ';de', ''],
])('the language of %s', (_name, acceptLanguage, language) => {
  expect(languageOf(acceptLanguage)).toBe(language)
})

test.each([
  ['plus signs and escapes', 'spring+sale%21', 'spring sale!'],
  ['UTF-8', 'fr%C3%BChling', 'frühling'],
  ['a plus sign that was written as an escape', '1%2B1', '1+1'],
  ['what was escaped twice, once', '%2541', '%41'],
  ['half an escape', 'spring+100%', 'spring+100%'],
  ['bytes that are no UTF-8', 'a+%ff', 'a+%ff'],
  ['nothing', '', ''],
])('parameters of a campaign are decoded as a query writes them: %s', (_name, written, meant) => {
  const parameters = { campaign: written, source: written, medium: written, term: written, content: written }
  expect(pageContext({ ...FACTS, ...parameters }, {})).toMatchObject({
    campaign: meant,
    source: meant,
    medium: meant,
    term: meant,
    content: meant,
  })
})

test('path, referrer and click are taken as they are', () => {
  const facts = { path: '/a+b%20c', campaign: '', referrer: 'x+y%20z', click: 'gclid+%20' }
  expect(pageContext(facts, {})).toMatchObject({ path: '/a+b%20c', referrer: 'x+y%20z', click: 'gclid+%20' })
})

test('what a page does not say is not there, not even as undefined', () => {
  const keys = ['path', 'campaign', 'referrer', 'device', 'language']
  expect(Object.keys(pageContext(FACTS, {}))).toEqual(keys)
})
