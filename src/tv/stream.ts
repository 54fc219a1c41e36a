import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { get } from './get.ts'

/** Longest wait for the first message of a stream, in ms: a proxy may hold it back. */
const FIRST_MS = 5_000

/** Time between two questions where there is no stream, in ms. */
const POLL_MS = 30_000

/** Brings messages while a page is looked at. */
export interface Stream {
  /** Begins, unless it has begun. */
  _open(): void
  /** Ends everything, so that the page can be kept for the way back. */
  _close(): void
}

/**
 * Makes the page's part of the one stream that a browser has, whatever its tabs: the tab that holds a Web Lock has it, and tells the
 * others. Where there is no stream it asks instead; the browser's cache sends the ETag. (Over HTTP/1 six streams would take all
 * connections of a browser; so there is none without the lock, whatever the protocol.)
 * @param query returns what the service needs to know of the page, to compare and to ask with.
 * @param take takes each message, and the query that it answers, which may be another tab's.
 */
export function createStream(
  bridge: Bridge,
  random: () => number,
  query: (isAddress?: boolean) => string,
  take: (message: unknown, query: string) => void,
): Stream {
  const { _config: config } = bridge
  const { locks } = navigator as { locks?: LockManager }
  const name = config.prefix + '.tv'
  let channel: BroadcastChannel | undefined
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout>
  let release: ((_: unknown) => void) | undefined
  let isOpen = false

  function tell(message: unknown, asked: string): void {
    if (channel) channel.postMessage([message, asked])
    take(message, asked)
  }

  function poll(waitMs: number): void {
    clearTimeout(timer)
    if (source) source.close()
    timer = setTimeout(() => {
      const asked = query()
      get(bridge, '/v1/live?' + query(true) + '&poll', (message) => {
        tell(message, asked)
      })
      poll(POLL_MS)
    }, waitMs)
  }

  /** Asks after a random time, because others have lost their streams, too. */
  function fall(): void {
    poll(random() * POLL_MS)
  }

  function stream(): void {
    const asked = query()
    const opened = (source = new EventSource(config._hosts[0] + '/v1/live?' + query(true)))
    timer = setTimeout(fall, FIRST_MS)
    opened.addEventListener(
      'plan',
      safely(({ data }: MessageEvent<string>) => {
        clearTimeout(timer)
        tell(JSON.parse(data), asked)
      }),
    )
    opened.onerror = () => {
      // Otherwise the browser connects again by itself.
      if (opened.readyState === 2) fall()
    }
  }

  return {
    _open() {
      if (isOpen) return
      isOpen = true
      // Where there are locks there are channels, too.
      if (!locks) {
        fall()
        return
      }
      channel = new BroadcastChannel(name)
      channel.onmessage = ({ data }: MessageEvent<[unknown, string]>) => {
        take(data[0], data[1])
      }
      void locks.request(
        name,
        () =>
          // A tab that was hidden while it waited gives the lock to the next one.
          isOpen &&
          new Promise((resolve) => {
            release = resolve
            stream()
          }),
      )
    },
    _close() {
      isOpen = false
      clearTimeout(timer)
      if (source) source.close()
      if (channel) channel.close()
      if (release) release(0)
    },
  }
}
