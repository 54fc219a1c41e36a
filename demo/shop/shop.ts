import { fileURLToPath } from 'node:url'
import type { Brand } from '../brand/brand.ts'
import { serveFiles } from '../brand/files.ts'
import { packageRoot, replaceAll, type Replacement, templatePage } from '../brand/markup.ts'
import { cart } from './cart.ts'
import { ada, probes, views } from './views.ts'

/** Addresses of other hosts, without which the page is not whole, and what we serve instead. */
const foreign: readonly Replacement[] = [
  ['https://cdn.jsdelivr.net/npm/bootstrap-icons@1.5.0/font/', '/vendor/icons/'],
  ['https://cdn.jsdelivr.net/npm/bootstrap@5.2.3/dist/js/bootstrap.bundle.min.js', '/vendor/bootstrap.js'],
  ['https://dummyimage.com/450x300/dee2e6/6c757d.jpg', '/shop/product.svg', 8],
]

/** All that the shop does to its markup. The badge is found by its selector. */
const marks: readonly Replacement[] = [
  ['<h1 class="display-4 fw-bolder">', '<h1 class="display-4 fw-bolder" data-pp-slot="headline">'],
  [
    '<p class="lead fw-normal text-white-50 mb-0">',
    '<p class="lead fw-normal text-white-50 mb-0" data-pp-slot="offer">',
  ],
  ['</body>', `${cart}</body>`],
]

const page = replaceAll(templatePage('startbootstrap-shop-homepage'), foreign)

/** A shop. */
export const shop: Brand = {
  site: 'shop',
  catalog: fileURLToPath(new URL('catalog.yaml', import.meta.url)),
  page,
  markedPage: replaceAll(page, marks),
  asset: serveFiles([
    ['/shop/', fileURLToPath(new URL('assets/', import.meta.url))],
    ['/vendor/icons/', `${packageRoot('bootstrap-icons')}/font/`],
    ['/vendor/bootstrap.js', `${packageRoot('bootstrap')}/dist/js/bootstrap.bundle.min.js`],
    ['/', `${packageRoot('startbootstrap-shop-homepage')}/dist/`],
  ]),
  customers: [ada],
  probes,
  views,
}
