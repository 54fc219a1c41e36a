import { MAX_FAILURES } from './apply-decision.ts'
import type { Bridge, SlotElement, View } from './bridge.ts'
import { decisionsNow, openCache } from './cache.ts'
import type { Config } from './config.ts'
import { ask } from './decider.ts'
import { setHidden } from './hide.ts'
import { pageFacts } from './page-facts.ts'
import { report } from './report.ts'
import { giveUp, WALL_BUDGET_MS } from './reveal.ts'
import { isInPage } from './roots.ts'
import { scan } from './slots.ts'

/** Returns the part of the page's address whose change begins a view. */
function addressOf({ views }: Config): string {
  return views === 'load' ? '' : location.pathname + (views === 'search' ? location.search : '')
}

/** Returns true if a later view leaves an element alone: its decision was carried out, and it can be seen. */
function isHandled({ _element: element }: SlotElement): boolean {
  return isInPage(element) && element.localName !== 'meta'
}

/**
 * Begins a view. Elements that wait go on waiting in it; those that were handled stay as they are, because they may have been
 * seen, until the app renders them anew (`keep.ts`).
 * @param isPainted true if a visitor may have seen the slots that are in the page already.
 * @returns true if every decision is known, so that nothing needs to be asked before the first paint.
 */
export function startView(bridge: Bridge, isFirst: boolean, isPainted: boolean): unknown {
  const { _view: last, _config: config } = bridge
  const view: View = (bridge._view = {
    page: pageFacts(isFirst ? document.referrer : ''),
    _address: addressOf(config),
    _foundSlots: last._foundSlots.filter(isHandled),
    _pendingSlots: last._pendingSlots.slice(),
    _budgetMs: 0,
  })
  view._foundSlots.forEach((slotElement) => {
    slotElement._isEarlier = view._pendingSlots.indexOf(slotElement) < 0
  })
  // The page may have been hidden for a redirect that led here.
  setHidden(document.documentElement, false)
  if (last._request) last._request.abort()
  openCache(bridge)
  bridge._roots = bridge._roots.filter(isInPage)
  // If nothing can be hidden (`hide.ts`), there is no budget either.
  view._budgetMs = document.adoptedStyleSheets && bridge._record.failures < MAX_FAILURES && config._budgetMs
  const decisions = decisionsNow(bridge)
  const isCached = decisions && Object.keys(decisions).every((slot) => decisions[slot])
  scan(bridge, isPainted)
  // If all cached decisions of a page that loads are still valid, the request is sent after the first paint.
  if (!isFirst || !isCached) ask(bridge)
  setTimeout(() => {
    view._budgetMs = 0
    setHidden(document.documentElement, false)
    giveUp(bridge, view, 'timeout')
  }, WALL_BUDGET_MS)
  if (config.pages !== 'off') report(bridge, { type: 'page' })
  return isCached
}

/**
 * Begins a view if the app has changed the route, or the browser has restored the page. Nothing of the page is patched: whoever sees a
 * change looks.
 */
export function look(bridge: Bridge, isRestored?: boolean): void {
  if (isRestored || bridge._view._address !== addressOf(bridge._config)) startView(bridge, false, false)
}
