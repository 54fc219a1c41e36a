import { type DecideRequest, PROTOCOL_VERSION } from '../protocol/index.ts'
import { applyDecision } from './apply-decision.ts'
import type { Bridge } from './bridge.ts'
import { clearCache, invalidateByEvents, openCache, saveCache } from './cache.ts'
import { find } from './find.ts'
import { encode } from './json.ts'
import { giveUp } from './reveal.ts'
import { safely } from './safely.ts'
import { scan } from './slots.ts'
import { endTransitions } from './transitions.ts'
import { consentNow, isGranted, keepToken, tokenNow } from './visitor.ts'

/**
 * Requests the decisions of this view from the service, unless a request is under way. The answer belongs to the view: a later one
 * ends the request.
 */
export function ask(bridge: Bridge): void {
  const { _config: config, _view: view, _trackedEvents: unknownEvents } = bridge
  if (view._request) return
  const body: DecideRequest = {
    v: PROTOCOL_VERSION,
    site: config.site,
    consent: consentNow(bridge),
    token: tokenNow(bridge) || undefined,
    page: view.page,
    utcOffsetMin: -new Date().getTimezoneOffset(),
  }
  if (isGranted(bridge)) {
    body.session = bridge._record.session
    body.unlink = bridge._unlinked
    body.recent = bridge._record.recent
    body.link = find(location.search, config.prefix + '_link=([^&]+)') || undefined
  }
  // As `post` does (`request.ts`), in place for the bytes.
  const request = new XMLHttpRequest()
  request.open('POST', config._hosts[0] + '/v1/decide')
  request.responseType = 'json'
  view._request = request
  // Stored before there is an answer, so that a host that never gives one costs this view only.
  bridge._record.host = config._hosts[1]
  request.onloadend = safely(() => {
    const { response } = request
    const { _record: record } = bridge
    if (request !== bridge._view._request) return
    view._request = undefined
    if (response && response.slots) {
      if (response.token && isGranted(bridge)) keepToken(bridge, response.token)
      // A slot that the observer has not been notified of yet is new: WebKit runs our callback before the observer's (2 of
      // 40 views, WebKitGTK 2.50). What only the answer's selectors find may be old.
      scan(bridge, false)
      record.answer = response
      record.savedMs = Date.now()
      if (record.recent) record.recent.splice(0, response.folded)
      record.page = view.page
      record.host = config._hosts[0]
      invalidateByEvents(bridge, unknownEvents)
      const waiting = view._pendingSlots.splice(0)
      waiting.forEach((slotElement) => {
        applyDecision(bridge, slotElement)
      })
      endTransitions(waiting)
      scan(bridge, true)
      if (!view._hasFallenBack && !view._redirect) record.failures = 0
      // After the swap, so as not to delay it.
      saveCache(bridge)
    } else if (record.host) {
      config._hosts.shift()
      ask(bridge)
    } else {
      giveUp(bridge, view, request.status)
      view._pendingSlots = []
    }
    bridge._notify()
  })
  request.send(encode(body))
}

/** Forgets the visitor's token and answer after a change of visitor or consent, and requests new decisions. */
export function askAnew(bridge: Bridge): void {
  const { _view: view } = bridge
  const { _request: request } = view
  view._request = undefined
  // Aborted, not only ignored: the answer could still set the cookie of somebody who has withdrawn.
  if (request) request.abort()
  keepToken(bridge, '')
  clearCache(bridge)
  openCache(bridge)
  bridge._notify()
  ask(bridge)
}
