/* A simulated set. It shows what the broadcaster sent some seconds ago; the clock is the service's, in `/tv/clock`. */
'use strict'

const SECOND = 1_000
/** The delay that the page assumes, by the catalog: its slowest path. */
const ASSUMED = 6 * SECOND
/** Time for which a commercial is fresh, by the catalog. */
const FRESH = 60 * SECOND
const PICTURES = { 'kettle-30': 'kettle', 'lamp-30': 'lamp', 'bag-30': 'bag' }

const at = (id) => document.getElementById(id)
const put = (id, text) => {
  const element = at(id)
  if (element.textContent !== text) element.textContent = text
}
const clockText = (ms, length = 19) => new Date(ms).toISOString().slice(11, length)
const hueOf = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7)
const holds = (nowMs) => (one) => one.fromMs <= nowMs && nowMs < one.toMs
const isOfShop = ({ spot }) => spot in PICTURES

let channels = []
let number = 2
let clock = { nowMs: 0, rate: 1, pace: 1, breaks: -1 }
let readMs = 0

const now = () => clock.nowMs + (performance.now() - readMs) * clock.rate
const delay = () => Number(at('delay').value) * SECOND

/** Opens the page anew if the clock has done what no clock does. */
function take(next) {
  if (next.breaks !== clock.breaks) at('page').src = `/?view=${next.breaks}`
  clock = next
  readMs = performance.now()
  for (const one of document.getElementsByName('pace')) one.checked = Number(one.value) === clock.pace
}

async function ask(order) {
  const sentMs = performance.now()
  const response = await fetch('/tv/clock', order && { method: 'POST', body: JSON.stringify(order) })
  const next = await response.json()
  take({ ...next, nowMs: next.nowMs + ((performance.now() - sentMs) / 2) * next.rate })
  draw()
}

const shopSpots = () => channels.flatMap(({ spots }) => spots.filter(isOfShop)).sort((a, b) => a.fromMs - b.fromMs)

/** The shop's commercial that the page speaks of. */
const fresh = () =>
  shopSpots().findLast(({ fromMs }) => fromMs + ASSUMED <= now() && now() < fromMs + ASSUMED + FRESH)

function drawProgramme(channel, hereMs) {
  const airing = channel.airings.find(holds(hereMs))
  const next = channel.airings.find(({ fromMs }) => fromMs > hereMs)
  at('programme').style.setProperty('--hue', hueOf(channel.name))
  put('channel', `${number + 1}  ${channel.name}`)
  put('here', clockText(hereMs, 16))
  put('title', airing ? airing.title : 'Close')
  put('times', airing ? `${clockText(airing.fromMs, 16)} to ${clockText(airing.toMs, 16)}` : '')
  const share = airing ? (hereMs - airing.fromMs) / (airing.toMs - airing.fromMs) : 0
  at('progress').style.width = `${(share * 100).toFixed(1)}%`
  put('next', next ? `Next: ${next.title}` : '')
  return `${channel.name}: ${airing ? airing.title : 'close'}`
}

function drawCommercial(channel, spot, hereMs) {
  const { fromMs, toMs } = channel.breaks.find(holds(hereMs))
  const all = channel.spots.filter((one) => one.fromMs >= fromMs && one.toMs <= toMs)
  const picture = PICTURES[spot.spot]
  at('commercial').style.setProperty('--hue', hueOf(spot.brand))
  put('place', `${channel.name}, commercial ${all.indexOf(spot) + 1} of ${all.length}`)
  put('rest', `${Math.ceil((spot.toMs - hereMs) / SECOND)} s`)
  put('brand', picture ? spot.product : spot.brand)
  put('product', picture ? spot.brand : spot.product)
  at('picture').hidden = !picture
  if (picture) at('picture').src = `/tv-shop/${picture}.svg`
  return `Commercial: ${spot.brand}, ${spot.product}`
}

function draw() {
  const channel = channels[number]
  if (!channel) return
  const hereMs = now() - delay()
  const spot = channel.spots.find(holds(hereMs))
  at('programme').hidden = Boolean(spot)
  at('commercial').hidden = !spot
  put('told', spot ? drawCommercial(channel, spot, hereMs) : drawProgramme(channel, hereMs))
  put('clock', clockText(now()))
  put('late', `${delay() / SECOND} s`)
  const early = (delay() - ASSUMED) / SECOND
  const differs = early === 0 ? 'together with the picture here' : `${Math.abs(early)} s ${early > 0 ? 'before' : 'after'} the picture here`
  const left = fresh() && Math.ceil((fresh().fromMs + ASSUMED + FRESH - now()) / SECOND)
  put(
    'note',
    `The page assumes ${ASSUMED / SECOND} s, so it changes ${differs}. ` +
      (left ? `It shows what aired for ${left} s more.` : clock.rate > 1 ? 'Nothing airs: the clock hurries.' : ''),
  )
  at('to-end').disabled = !fresh()
  for (const [index, button] of [...at('numbers').children].entries()) button.setAttribute('aria-pressed', String(index === number))
}

function choose(next) {
  number = (next + channels.length) % channels.length
  draw()
}

function setDelay(seconds) {
  at('delay').value = String(seconds)
  draw()
}

/** Jumps to shortly before something reaches the page, so that it is open by then. */
function toSpot() {
  const spot = shopSpots().find(({ fromMs }) => fromMs > now())
  if (!spot) return
  choose(channels.findIndex(({ spots }) => spots.includes(spot)))
  void ask({ toMs: spot.fromMs - 2 * SECOND })
}

function toBreak() {
  const next = channels[number].breaks.find(({ fromMs }) => fromMs > now())
  if (next) void ask({ toMs: next.fromMs + delay() - 3 * SECOND })
}

function toEnd() {
  if (fresh()) void ask({ toMs: fresh().fromMs + ASSUMED + FRESH - 6 * SECOND })
}

const acts = {
  up: () => choose(number + 1),
  down: () => choose(number - 1),
  left: () => setDelay(Number(at('delay').value) - 1),
  right: () => setDelay(Number(at('delay').value) + 1),
  ok: toBreak,
  'to-spot': toSpot,
  'to-break': toBreak,
  'to-end': toEnd,
}
const keys = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', Enter: 'ok' }

for (const [id, act] of Object.entries(acts)) at(id).addEventListener('click', act)
at('delay').addEventListener('input', draw)
for (const one of document.getElementsByName('pace')) one.addEventListener('change', () => ask({ pace: Number(one.value) }))
addEventListener('keydown', (event) => {
  // Sliders and radio buttons have arrow keys of their own.
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input')) return
  const isButton = event.target.closest('button')
  const act = event.key >= '1' && event.key <= '5' ? () => choose(Number(event.key) - 1) : acts[keys[event.key]]
  // A button has an Enter of its own.
  if (!act || (isButton && event.key === 'Enter')) return
  event.preventDefault()
  act()
})

async function begin() {
  channels = await (await fetch('/tv/day.json')).json()
  for (const [index, { name }] of channels.entries()) {
    const button = Object.assign(document.createElement('button'), { textContent: String(index + 1), title: name })
    button.setAttribute('aria-label', `Channel ${index + 1}, ${name}`)
    button.addEventListener('click', () => choose(index))
    at('numbers').append(button)
  }
  await ask()
  setInterval(draw, 100)
  setInterval(ask, SECOND)
}
void begin()
