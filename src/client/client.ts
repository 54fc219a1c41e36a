import { type Bridge, BRIDGE_VERSION, type LoadLate, type Method, type View } from './bridge.ts'
import { saveCache } from './cache.ts'
import type { Config } from './config.ts'
import { ask } from './decider.ts'
import { createGlobal } from './global.ts'
import { giveBack, keep } from './keep.ts'
import { flushOnHide } from './outbox.ts'
import { report } from './report.ts'
import { findRoots, observe } from './roots.ts'
import { safely } from './safely.ts'
import { scan } from './slots.ts'
import { look, startView } from './view.ts'

/** From a frame's callbacks until its picture is on the screen, with room to spare, in ms. */
const PRESENTED_MS = 200

/** A page that the browser may render before it is shown (Speculation Rules; Chromium 108). */
interface Prerenderable {
  prerendering?: boolean
}

/**
 * Starts a client in this page. Run it as early as possible: slots that were in the page before it are left alone, as a
 * visitor may have seen them.
 * @param loadLate loads the late chunk, once the page has been painted.
 */
export function startClient(config: Config, loadLate: LoadLate): Bridge {
  const bridge = {
    _version: BRIDGE_VERSION,
    _config: config,
    _view: { _foundSlots: [], _pendingSlots: [] } as Partial<View> as View,
    _trackedEvents: {},
    _pendingEvents: [],
    _pendingCalls: [],
    _marks: [],
    _roots: [],
    _shadowHosts: [],
    _report: report,
    _giveBack: giveBack,
    _ask: ask,
    _look: look,
    _notify: String,
    _flushOnHide: safely(flushOnHide),
  } as Partial<Bridge> as Bridge
  bridge._client = createGlobal(bridge)

  /** Begins the first view, when there is somebody to see it. */
  const begin = (shown?: Event): void => {
    // Every other slot is found in the microtask after its start tag was inserted, so before it can be painted and before
    // any later script (HTML Standard, "perform a microtask checkpoint").
    bridge._observer = new MutationObserver(
      safely((records: MutationRecord[]) => {
        findRoots(
          bridge,
          records.map(({ addedNodes }) => addedNodes),
        )
        look(bridge)
        keep(bridge, records)
        scan(bridge, false)
        if (bridge._view._pendingSlots.length) ask(bridge)
      }),
    )
    observe(bridge, document)
    const isCached = startView(bridge, true, !shown)
    // Calls that the page made while the browser rendered it in advance.
    bridge._pendingCalls.splice(0).forEach((call) => {
      call[2]((bridge._client[call[0]] as Method).apply(undefined, call[1] as never))
    })

    /** Runs once the parsed page has been painted, so as not to compete with the first paint. */
    const loadAll = safely(() => {
      if (isCached) ask(bridge)
      saveCache(bridge)
      bridge._shadowHosts = undefined
      loadLate(bridge)
    })
    function watchFrames(): void {
      // Rendering may begin with the body (HTML Standard, "render-blocked").
      bridge._isPagePainted = document.body
      findRoots(bridge, [])
      scan(bridge, false)
      if (document.readyState === 'loading') requestAnimationFrame(watchFrames)
      else setTimeout(loadAll, PRESENTED_MS)
    }
    requestAnimationFrame(watchFrames)
  }
  // Nobody may ever see a page that the browser renders in advance: nothing is asked, counted or stored before it is shown. The event
  // comes before its first frame (Chromium 156, test/browser/prerender.test.ts).
  if ((document as Prerenderable).prerendering) document.addEventListener('prerenderingchange', safely(begin))
  else begin()

  // Being hidden is the last moment that is always seen; Safari before 14.1 skipped it on navigation (WebKit bug 151234).
  // Never `unload`: it costs the page the back/forward cache.
  const onHide = (): void => {
    bridge._flushOnHide(bridge)
  }
  addEventListener('visibilitychange', onHide)
  addEventListener('pagehide', onHide)
  return bridge
}
