import { h, hydrate as revive, render } from 'preact'
import { useState } from 'preact/hooks'
import { createComponents } from './components.mjs'

export const { App, Prepared } = createComponents(h, useState, {})
export const mount = (root) => render(h(App), root)
export const hydrate = (root, app = App) => revive(h(app), root)
