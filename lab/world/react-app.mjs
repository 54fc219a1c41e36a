import { createElement, useState } from 'react'
import { hydrateRoot } from 'react-dom/client'

/** The lab's headline as a component of React: a new key makes a new element of it. */
function Headline() {
  const [{ key, text }, set] = useState({ key: 0, text: window.originalHeadline })
  window.renderHeadline = (next = window.originalHeadline) => set({ key: key + 1, text: next })
  return createElement('h1', { key, className: 'headline', 'data-pp-slot': 'headline' }, text)
}

/** React finds another text than it expects, since the slot is personal, and renders the whole root anew. */
window.hydrate = () =>
  hydrateRoot(document.querySelector('#root'), createElement(Headline), { onRecoverableError() {} })
