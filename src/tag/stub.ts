/**
 * The command queue: it takes the page's calls, as `pp('track', …)` or `pp.track(…)`, and the tag carries them out in order
 * when it comes. If the tag never comes (an ad blocker, a service that is down), the calls do nothing, and throw nothing.
 * `prepaint-server snippet` prints it before the tag.
 */
;(function (page: { [name: string]: unknown }, name: string) {
  const queue: unknown[] = []
  function push(this: string[]): void {
    queue.push(this.concat([].slice.call(arguments)))
  }
  const stub = push.bind([]) as unknown as { [method: string]: unknown }
  stub['q'] = queue
  'track page identify group alias reset unlink observe consent optOut decide content on ready flush destroy'
    .split(' ')
    .forEach((method) => {
      stub[method] = push.bind([method])
    })
  // An element of this name or id is a property of the window, too.
  if (!(page[name] instanceof Function)) page[name] = stub
})(window as unknown as { [name: string]: unknown }, 'pp')
