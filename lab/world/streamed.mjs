import { PassThrough } from 'node:stream'
import { createElement, Suspense, use } from 'react'
import { renderToPipeableStream } from 'react-dom/server'

/** Renders an app with React as its server streams it: the shell, and the headline that the server knew later. */
export async function renderStreamed(headline) {
  const known = Promise.withResolvers()
  function Headline() {
    use(known.promise)
    return createElement('h1', { className: 'headline', 'data-pp-slot': 'headline' }, headline)
  }
  const waiting = createElement('p', null, 'Some words of the brand while its server thinks. '.repeat(9))
  const sent = new PassThrough({ encoding: 'utf8' })
  const { pipe } = renderToPipeableStream(
    createElement('main', null, createElement(Suspense, { fallback: waiting }, createElement(Headline))),
    {
      onShellReady: () => pipe(sent),
    },
  )
  const pieces = ['', '']
  for await (const text of sent) {
    pieces[text.includes('data-pp-slot') || pieces[1] ? 1 : 0] += text
    // All that the server has until then was sent.
    setImmediate(known.resolve)
  }
  return pieces
}
