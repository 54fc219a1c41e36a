import type { FrameLog, Probe, SlotLog, SlotState } from './frame-log.ts'

declare global {
  interface Window {
    __frames?: FrameLog
  }
}

/** The functions below up to `samplerScript` run in the page: they are sent as text and may use only one another. */
function find({ host, selector }: Probe): Element | null {
  const root = host ? document.querySelector(host)?.shadowRoot : document
  return root?.querySelector(selector) ?? null
}

function signatureOf(element: Element, kind: Probe['kind']): string {
  if (kind === 'src') return element.getAttribute('src') ?? ''
  if (kind === 'text') return (element.textContent ?? '').replace(/\s+/g, ' ').trim()
  const { backgroundImage: image, backgroundColor, color } = getComputedStyle(element)
  if (kind === 'colors') return `${color} on ${backgroundColor}`
  return image === 'none' ? '' : image.replace(/^url\("(.*)"\)$/, '$1').replace(location.origin, '')
}

/** Styles and layout are clean by then: 3 slots cost 0.13 to 0.17 ms a frame (three browsers, 150 cards, 2 cores). */
function isUnseen(element: Element, rects: DOMRectList): boolean {
  if (!rects.length || getComputedStyle(element).visibility !== 'visible') return true
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (getComputedStyle(at).opacity === '0') return true
  }
  return false
}

/** Text is hidden when every piece of it is: a descendant can be visible in a hidden slot. */
function isHidden(element: Element, kind: Probe['kind']): boolean {
  if (kind !== 'text' || !element.textContent?.trim()) return isUnseen(element, element.getClientRects())
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.nodeValue?.trim() || !node.parentElement) continue
    range.selectNodeContents(node)
    if (!isUnseen(node.parentElement, range.getClientRects())) return false
  }
  return true
}

/** Tells how much later than asked for a timer comes, as the tag sets its own: with one more turn (`client/slots.ts`). */
function watchTimer(delayMs: number, tell: (lateMs: number) => void): void {
  const dueMs = performance.now() + delayMs
  setTimeout(() => setTimeout(() => tell(Math.max(0, performance.now() - dueMs))), delayMs)
}

function sample(probe: Probe, log: SlotLog, frames: FrameLog, atMs: number): void {
  const element = find(probe)
  const isPresent = element !== null
  // A changed attribute can make a selector match without an insertion.
  if (isPresent && log.insertedMs === -1) log.insertedMs = atMs
  const signature = element ? signatureOf(element, probe.kind) : ''
  const hidden = element ? isHidden(element, probe.kind) : false
  const last = log.states[log.states.length - 1]
  if (last && last.isPresent === isPresent && last.isHidden === hidden && last.signature === signature) return
  const { count: frame, lastMs: previousMs } = frames
  const state: SlotState = { atMs, frame, previousMs, isPresent, isHidden: hidden, signature }
  log.states.push(state)
  if (hidden) watchTimer(200 - 16, (lateMs) => (state.timerLateMs = lateMs))
}

/** Notes when each slot comes into the document, also where no frame is possible yet; stops when all have come. */
function watchInsertions(probes: Probe[], frames: FrameLog): void {
  const observer = new MutationObserver(() => {
    const missing = probes.filter((probe) => frames.slots[probe.slot]?.insertedMs === -1)
    for (const probe of missing) {
      const log = frames.slots[probe.slot]
      if (log && find(probe)) log.insertedMs = performance.now()
    }
    if (!missing.length) observer.disconnect()
  })
  observer.observe(document, { childList: true, subtree: true })
}

/** Off-screen, out of flow and a layout root of its own (`contain`), so that toggling it lays out nothing else. */
function createToggle(): HTMLElement {
  const toggle = document.createElement('frame-probe')
  const style = 'display:block;position:fixed;left:-9px;top:-9px;width:1px;height:1px;contain:strict;visibility:hidden'
  toggle.style.cssText = style.replace(/(;|$)/g, ' !important$1')
  toggle.setAttribute('aria-hidden', 'true')
  return document.documentElement.appendChild(toggle)
}

/**
 * A rAF state sampler sees the page before the frame's other rAF callbacks: 16 of 16 false alarms on a page that swaps
 * in rAF. A ResizeObserver callback comes after all of them, after style and layout, and before paint (HTML Standard,
 * "update the rendering"): 0 of 16. What a later ResizeObserver of the page changes in the same frame escapes it.
 */
function watchFrames(probes: Probe[]): void {
  const frames: FrameLog = { firstMs: -1, lastMs: -1, count: 0, slots: {} }
  for (const { slot, kind, original } of probes) frames.slots[slot] = { kind, original, insertedMs: -1, states: [] }
  window.__frames = frames
  const toggle = createToggle()
  let width = 1

  function step(): void {
    width = 3 - width
    toggle.style.setProperty('width', `${width}px`, 'important')
    requestAnimationFrame(step)
  }

  watchInsertions(probes, frames)
  watchTimer(800, (lateMs) => (frames.timerLateMs = lateMs))
  requestAnimationFrame(step)
  new ResizeObserver(() => {
    const atMs = performance.now()
    for (const probe of probes) {
      const log = frames.slots[probe.slot]
      if (log) sample(probe, log, frames, atMs)
    }
    if (frames.count === 0) frames.firstMs = atMs
    frames.lastMs = atMs
    frames.count++
  }).observe(toggle)
}

const parts = [find, signatureOf, isUnseen, isHidden, watchTimer, sample, watchInsertions, createToggle, watchFrames]

/** Text of an inline script that logs frames to `window.__frames`; put it first in the page's head. */
export function samplerScript(probes: Probe[]): string {
  const data = JSON.stringify(probes).replace(/</g, '\\u003c')
  return `(() => {\n${parts.map(String).join('\n')}\nwatchFrames(${data})\n})()`
}
