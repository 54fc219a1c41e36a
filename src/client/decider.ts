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
  const { _config: config } = bridge
  if (bridge._question) return
  const body: DecideRequest = {
    v: PROTOCOL_VERSION,
    site: config.site,
    consent: consentNow(bridge),
    token: tokenNow(bridge) || undefined,
    page: bridge.page,
    utcOffsetMin: -new Date().getTimezoneOffset(),
  }
  if (isGranted(bridge)) {
    body.session = bridge._record.session
    body.unlink = bridge._unlinked
    body.link = find(location.search, config.prefix + '_link=([^&]+)') || undefined
  }
  // As `post` does (`request.ts`), in place for the bytes.
  const request = new XMLHttpRequest()
  request.open('POST', config._hosts[0] + '/v1/decide')
  request.responseType = 'json'
  bridge._question = request
  // Noted before there is an answer: a host that never gives one costs this view only.
  bridge._record.host = config._hosts[1]
  request.onloadend = safely(() => {
    const { response } = request
    const { _record: record } = bridge
    if (request !== bridge._question) return
    bridge._question = undefined
    if (response && response.slots) {
      if (response.token && isGranted(bridge)) keepToken(bridge, response.token)
      // A slot that the observer was not told of yet is new: WebKit runs our callback before the observer's (2 of 40
      // views, WebKitGTK 2.50). What only the answer's selectors find may be old.
      scan(bridge, false)
      record.answer = response
      record.savedMs = Date.now()
      record.page = bridge.page
      record.host = config._hosts[0]
      sweep(bridge)
      bridge._places.splice(0).forEach((place) => {
        settle(bridge, place)
      })
      scan(bridge, true)
      if (!bridge._hasFallenBack && !bridge._address) record.failures = 0
      // After the swap: nobody waits for the writing.
      saveCache(bridge)
    } else if (record.host) {
      config._hosts.shift()
      ask(bridge)
    } else {
      giveUp(bridge, request.status)
      bridge._places = []
    }
    bridge._wake()
  })
  request.send(encode(body))
}

/** The visitor or the consent has changed: forgets what holds no longer, and asks. */
export function askAnew(bridge: Bridge): void {
  const { _question: question } = bridge
  bridge._question = undefined
  // Aborted, not only ignored: the answer could still set the cookie of somebody who has withdrawn.
  if (question) question.abort()
  keepToken(bridge, '')
  writeItem(bridge._config.prefix, undefined)
  openCache(bridge)
  bridge._wake()
  ask(bridge)
}
