/** Runs work of which all tabs may do one piece at a time; held until its promise settles. */
export type Lock = (name: string, work: () => Promise<void>) => Promise<void>

/** By the Web Locks API; before Chromium 69, Firefox 96, Safari 15.4 at once, and the service counts a message once. */
export const withLock: Lock = (name, work) => {
  const { locks } = navigator as { locks?: LockManager }
  return locks ? locks.request(name, work).then(() => undefined) : work()
}
