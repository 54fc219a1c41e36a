import type { Page } from '../../lab/browser/browser.ts'
import { SHOP_SPOTS } from '../../lab/tv/advertisers.ts'
import type { Aired } from '../../lab/tv/spots.ts'
import type { RunningTv } from './start.ts'

/** The delay that the shop's catalog assumes, in ms. */
const ASSUMED_MS = 6_000

/** Sights and times of a round of play. */
export interface Round {
  product: string
  /** Time from when the commercial has reached the homes until the page shows its product, in ms. */
  lateMs: number
  /** The begin of the page before, with the product, and after its time. */
  before: string
  shown: string
  after: string
  /** 1 if the page was loaded anew while it changed; it should change by itself. */
  loads: 0 | 1
}

/** Text of the shop's live slot. */
const SPOTLIGHT = `document.querySelector('iframe').contentDocument?.querySelector('[data-pp-slot=spotlight]')?.innerText ?? ''`

const press = (id: string): string => `document.getElementById('${id}').click()`

/** Resolves in the page when a condition holds, which is looked at in every frame; rejects after 25 s. */
const until = (condition: string): string => `new Promise((resolve, reject) => {
  const endMs = performance.now() + 25_000
  const look = () => {
    if (${condition}) resolve(true)
    else if (performance.now() > endMs) reject(new Error('not in 25 s: ' + ${JSON.stringify(condition)} + ': ' + ${SPOTLIGHT}))
    else requestAnimationFrame(look)
  }
  look()
})`

/** Address of the page, which differs each time that it is opened. */
const VIEW = `document.querySelector('iframe').contentWindow.location.search`

const isOpen = `document.querySelector('iframe').contentDocument?.readyState === 'complete' && (${SPOTLIGHT}) !== ''`

/** Presses what makes the clock jump, and resolves when the page has been opened anew. */
async function jump(page: Page, id: string): Promise<string> {
  const view = await page.evaluate<string>(VIEW)
  await page.evaluate(press(id))
  await page.evaluate(until(`${VIEW} !== ${JSON.stringify(view)} && ${isOpen}`))
  return page.evaluate<string>(VIEW)
}

/** Returns the shop's next commercial. */
export function nextCommercial({ replay, channels }: RunningTv): Aired {
  const nowMs = replay.now()
  const isOfShop = (spot: string): boolean => SHOP_SPOTS.some((one) => one.spot === spot)
  const all = channels.flatMap(({ spots }) => spots).filter(({ spot, fromMs }) => isOfShop(spot) && fromMs > nowMs)
  return all.reduce((first, one) => (one.fromMs < first.fromMs ? one : first))
}

/** Resolves when the page beside the set shows a product; rejects after 25 s. */
export async function untilShown(page: Page, product: string): Promise<void> {
  await page.evaluate(until(`(${SPOTLIGHT}).includes(${JSON.stringify(product)})`))
}

/** Opens the set. */
export async function openSet({ site }: RunningTv, page: Page): Promise<void> {
  await page.goto(`${site.origin}/tv`, { until: 'load' })
  await page.evaluate(until(isOpen))
}

/**
 * Plays a round: jumps to the shop's next commercial, waits until the page shows it, jumps to the end of its time, and waits until the
 * page is as it was.
 * @param onSight is called at each sight worth a picture
 */
export async function playRound(
  tv: RunningTv,
  page: Page,
  onSight: (name: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<Round> {
  const next = nextCommercial(tv)
  const has = `(${SPOTLIGHT}).includes(${JSON.stringify(next.product)})`
  const view = await jump(page, 'to-spot')
  const before = await page.evaluate<string>(SPOTLIGHT)
  await onSight('before')
  await page.evaluate(until(`document.getElementById('picture').hidden === false`))
  await onSight('commercial')
  await page.evaluate(until(has))
  const lateMs = tv.replay.now() - next.fromMs - ASSUMED_MS
  await onSight('changing')
  await page.evaluate(until(`!document.querySelector('iframe').contentDocument.getAnimations().length`))
  const loads = (await page.evaluate<string>(VIEW)) === view ? 0 : 1
  const shown = await page.evaluate<string>(SPOTLIGHT)
  await onSight('shown')
  await jump(page, 'to-end')
  await page.evaluate(until(has))
  await onSight('end')
  await page.evaluate(until(`!${has}`))
  await page.evaluate(until(`!document.querySelector('iframe').contentDocument.getAnimations().length`))
  await onSight('after')
  return { product: next.product, lateMs, before, shown, after: await page.evaluate<string>(SPOTLIGHT), loads }
}
