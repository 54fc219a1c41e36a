/** Runs work of which all tabs may do one piece at a time; held until its promise settles. */
export type Lock = (name: string, work: () => Promise<void>) => Promise<void>

/**
 * By the Web Locks API; at once before Chromium 69, Firefox 96, Safari 15.4, and where storage is forbidden, as the request is refused
 * there (Web Locks API, "obtain a lock manager"). The service counts a message once.
 */
export const withLock: Lock = (name, work) => {
  const { locks } = navigator as { locks?: LockManager }
  let isHeld = false
  const hold = (): Promise<void> => {
    isHeld = true
    return work()
  }
  return locks
    ? locks.request(name, hold).then(undefined, (error: unknown) => {
        if (isHeld) throw error
        return work()
      })
    : work()
}
