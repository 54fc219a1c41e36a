import { h } from 'preact'
import { renderToString as renderPreact } from 'preact-render-to-string'
import { createElement } from 'react'
import { renderToString as renderReact } from 'react-dom/server'
import { render as renderSvelte } from 'svelte/server'
import { createSSRApp } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import * as preact from './preact.mjs'
import * as react from './react.mjs'
import * as svelte from './svelte.mjs'
import * as vue from './vue.mjs'

/** Renders an app (`App` or `Prepared`) as its framework does on a server. */
export const render = {
  react: (name) => renderReact(createElement(react[name])),
  preact: (name) => renderPreact(h(preact[name])),
  vue: (name) => renderVue(createSSRApp(vue[name])),
  svelte: (name) => renderSvelte(svelte[name]).body,
}
