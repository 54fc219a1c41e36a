/**
 * The command queue, for a tag that is loaded `async`: it takes the page's calls, as `pp('track', …)` or `pp.track(…)`, and
 * the tag carries them out in their order when it comes. `prepaint-server snippet` prints it before the tag.
 */
;(function (page: { [name: string]: unknown }, name: string) {
  const queue: unknown[] = []
  function push(this: string[]): void {
    queue.push(this.concat([].slice.call(arguments)))
  }
  const stub = push.bind([]) as unknown as { [method: string]: unknown }
  stub['q'] = queue
  'track page identify group alias reset consent optOut decide content on ready flush destroy'
    .split(' ')
    .forEach((method) => {
      stub[method] = push.bind([method])
    })
  page[name] = page[name] || stub
})(window as unknown as { [name: string]: unknown }, 'pp')
