import { createElement, useState } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { createComponents } from './components.mjs'

export const { App, Prepared } = createComponents(createElement, useState, { suppressHydrationWarning: true })
export const mount = (root) => createRoot(root).render(createElement(App))
export const hydrate = (root, app = App) =>
  hydrateRoot(root, createElement(app), { onRecoverableError: (error) => window.recovered.push(String(error)) })
