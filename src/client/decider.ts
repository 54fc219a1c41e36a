import { type DecideRequest, PROTOCOL_VERSION } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { openCache, saveCache, sweep } from './cache.ts'
import { find } from './find.ts'
import { encode } from './json.ts'
import { safely } from './safely.ts'
import { giveUp, settle } from './settle.ts'
import { scan } from './slots.ts'
import { writeItem } from './storage.ts'
import { consentNow, isGranted, keepToken, tokenNow } from './visitor.ts'

/** Asks the service for the decisions of this page, unless a question is under way. */
export function ask(bridge: Bridge): void {
  const { config } = bridge
  if (bridge.question) return
  const body: DecideRequest = {
    v: PROTOCOL_VERSION,
    site: config.site,
    consent: consentNow(bridge),
    token: tokenNow(bridge) || undefined,
    page: bridge.page,
    utcOffsetMin: -new Date().getTimezoneOffset(),
  }
  if (isGranted(bridge)) {
    body.session = bridge.record.session
    body.unlink = bridge.unlinked
    body.link = find(location.search, config.prefix + '_link=([^&]+)') || undefined
  }
  // As `post` does (`request.ts`), in place for the bytes.
  const request = new XMLHttpRequest()
  request.open('POST', config.hosts[0] + '/v1/decide')
  request.responseType = 'json'
  bridge.question = request
  // Noted before there is an answer: a host that never gives one costs this view only.
  bridge.record.host = config.hosts[1]
  request.onloadend = safely(() => {
    const { response } = request
    const { record } = bridge
    if (request !== bridge.question) return
    bridge.question = undefined
    if (response && response.slots) {
      if (response.token && isGranted(bridge)) keepToken(bridge, response.token)
      // A slot that the observer was not told of yet is new: WebKit runs our callback before the observer's (2 of 40
      // views, WebKitGTK 2.50). What only the answer's selectors find may be old.
      scan(bridge, false)
      record.answer = response
      record.savedMs = Date.now()
      record.page = bridge.page
      record.host = config.hosts[0]
      sweep(bridge)
      bridge.places.splice(0).forEach((place) => {
        settle(bridge, place)
      })
      scan(bridge, true)
      if (!bridge.hasFallenBack && !bridge.address) record.failures = 0
      // After the swap: nobody waits for the writing.
      saveCache(bridge)
    } else if (record.host) {
      config.hosts.shift()
      ask(bridge)
    } else {
      giveUp(bridge, request.status)
      bridge.places = []
    }
    bridge.wake()
  })
  request.send(encode(body))
}

/** The visitor or the consent has changed: forgets what holds no longer, and asks. */
export function askAnew(bridge: Bridge): void {
  const { question } = bridge
  bridge.question = undefined
  // Aborted, not only ignored: the answer could still set the cookie of somebody who has withdrawn.
  if (question) question.abort()
  keepToken(bridge, '')
  writeItem(bridge.config.prefix, undefined)
  openCache(bridge)
  bridge.wake()
  ask(bridge)
}
