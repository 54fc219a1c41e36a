import type { Page } from '../../browser/browser.ts'
import { chunkPath } from '../tag.ts'
import { first } from './words.mjs'

/** The app's texts by class; `failures` are exceptions, errors and warnings. */
export interface Shown {
  failures: string[]
  away: string
  before: string
  headline: string
  teaser: string
  call: string
  href?: string | undefined
  picture: string
  items: string
}

/** The app as a returning visitor sees it at first. */
export const personal: Shown = {
  failures: [],
  away: '',
  before: '',
  headline: 'Personal headline',
  teaser: 'Personal teaser text',
  call: 'Personal call',
  href: '#personal',
  picture: '/personal.svg',
  items: 'Original one|Personal two|Original three',
}

const away = { away: 'Away', headline: '', teaser: '', call: '', picture: '', items: '' }
const german = { headline: 'Andere Überschrift', teaser: 'Anderer Anreißer', call: 'Anderer Aufruf', href: '#original' }

/** Something that an app does: changes of its state, one after the other, and what of {@link personal} is different then. */
export type AppOperation = readonly [name: string, patches: Partial<typeof first>[], change: Partial<Shown>]

export const operations: AppOperation[] = [
  ['renders', [], {}],
  ['toggles the language', [{ language: 'de' }], german],
  ['toggles the language and back', [{ language: 'de' }, { language: 'en' }], {}],
  ['removes an element of a slot', [{ bold: 'none' }], { teaser: 'Original' }],
  ['replaces an element of a slot', [{ bold: 'em' }], { teaser: 'Original teaser' }],
  ['inserts before an element of a slot', [{ bold: 'before' }], { teaser: 'Original new-teaser' }],
  ['removes a picture', [{ picture: 'none' }], { picture: '' }],
  ['replaces a picture', [{ picture: 'div' }], { picture: 'No picture' }],
  ['inserts before a slot', [{ hasBefore: true }], { before: 'Before' }],
  ['sorts a list', [{ items: ['three', 'two', 'one'] }], { items: 'Original three|Personal two|Original one' }],
  ['removes a slot', [{ items: ['three', 'one'] }], { items: 'Original three|Original one' }],
  ['goes away', [{ isHome: false }], { ...away, href: undefined }],
  ['goes away and comes back', [{ isHome: false }, { isHome: true }], {}],
]

const shown = `(() => {
  const text = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).map((e) => e.innerText.trim().replace(/\\s+/g, ' ')).join('|')
  return {
    failures: window.failures,
    away: text('.away'),
    before: text('.before'),
    headline: text('.headline'),
    teaser: text('.teaser'),
    call: text('.call'),
    href: document.querySelector('.call')?.getAttribute('href'),
    picture: [...document.querySelectorAll('.picture, .no-picture')].map((e) => e.getAttribute('src') ?? e.innerText).join('|'),
    items: text('li'),
  }
})()`

/** Returns what the app shows now. */
export function shownIn(page: Page): Promise<Shown> {
  return page.evaluate<Shown>(shown)
}

/** True in the page of a new visitor once the next view is personal at once. */
const isKept = `document.readyState === 'complete' && JSON.parse(localStorage.pp || '{}').answer`
const isReady = `document.readyState === 'complete' && window.app && performance.getEntriesByName(location.origin + '${chunkPath('late')}').length`

const until = (condition: string): string => `new Promise((resolve) => {
  const look = () => (${condition}) ? resolve() : requestAnimationFrame(look)
  look()
})`

/** Opens the app as a returning visitor, and resolves once the late chunk is there. */
export async function openApp(page: Page, url: string): Promise<void> {
  await page.goto(url, { until: 'commit' })
  await page.evaluate(until(isKept))
  await page.goto(url, { until: 'commit' })
  await page.evaluate(until(isReady))
}

/** Changes the app's state, and resolves when two frames have passed. */
export async function changeApp(page: Page, patch: Partial<typeof first>): Promise<void> {
  await page.evaluate(`void window.app.set(${JSON.stringify(patch)})`)
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
}

/** Gives the app the state that it had at first. */
export function resetApp(page: Page): Promise<void> {
  return changeApp(page, first)
}
