import { fileURLToPath } from 'node:url'
import { compressed } from '../../lab/network/asset.ts'
import type { Brand } from '../brand/brand.ts'
import { serveFiles } from '../brand/files.ts'
import { packageRoot, replaceAll, type Replacement, templatePage } from '../brand/markup.ts'
import { fontsCss } from './fonts.ts'
import { probes, views } from './views.ts'

/** Addresses of other hosts, without which the page is not whole, and what we serve instead. */
const foreign: readonly Replacement[] = [
  ['https://use.fontawesome.com/releases/v6.3.0/js/all.js', '/vendor/fontawesome.js'],
  ['https://fonts.googleapis.com/css?family=Montserrat:400,700', '/vendor/fonts.css'],
  [
    '<link href="https://fonts.googleapis.com/css?family=Roboto+Slab:400,100,300,700" rel="stylesheet" type="text/css" />',
    '',
  ],
  ['https://cdn.jsdelivr.net/npm/bootstrap@5.2.3/dist/js/bootstrap.bundle.min.js', '/vendor/bootstrap.js'],
  // A form service: there is nobody who could answer for it.
  ['<script src="https://cdn.startbootstrap.com/sb-forms-latest.js"></script>', ''],
]

/** All that the agency does to its markup. The masthead itself is found by its selector. */
const marks: readonly Replacement[] = [
  ['<div class="masthead-subheading">', '<div class="masthead-subheading" data-pp-slot="subheading">'],
  [
    '<div class="masthead-heading text-uppercase">',
    '<div class="masthead-heading text-uppercase" data-pp-slot="headline">',
  ],
  [
    '<a class="btn btn-primary btn-xl text-uppercase" href="#services">',
    '<a class="btn btn-primary btn-xl text-uppercase" href="#services" data-pp-slot="call">',
  ],
]

const files = serveFiles([
  ['/agency/', fileURLToPath(new URL('assets/', import.meta.url))],
  ['/vendor/fontawesome.js', `${packageRoot('@fortawesome/fontawesome-free')}/js/all.js`],
  ['/vendor/bootstrap.js', `${packageRoot('bootstrap')}/dist/js/bootstrap.bundle.min.js`],
  ['/vendor/fonts/montserrat/', `${packageRoot('@fontsource/montserrat')}/files/`],
  ['/vendor/fonts/roboto-slab/', `${packageRoot('@fontsource/roboto-slab')}/files/`],
  ['/', `${packageRoot('startbootstrap-agency')}/dist/`],
])

const page = replaceAll(templatePage('startbootstrap-agency'), foreign)

/** An agency that presents itself. */
export const agency: Brand = {
  site: 'agency',
  catalog: fileURLToPath(new URL('catalog.yaml', import.meta.url)),
  page,
  markedPage: replaceAll(page, marks),
  asset: (path) => (path === '/vendor/fonts.css' ? compressed(Buffer.from(fontsCss), 'text/css') : files(path)),
  customers: [],
  probes,
  views,
}
