import { fileURLToPath } from 'node:url'
import type { Brand } from '../brand/brand.ts'
import { serveFiles } from '../brand/files.ts'
import { replaceAll } from '../brand/markup.ts'
import { shop } from '../shop/shop.ts'

const PICTURE = '/shop/product.svg'

/** Three of the shop's eight products get a name and a picture, so that a commercial can show them. */
function withProducts(html: string): string {
  const pieces = replaceAll(html, [
    ['<h5 class="fw-bolder">Special Item</h5>', '<h5 class="fw-bolder">Copper Kettle</h5>', 2],
    ['<h5 class="fw-bolder">Sale Item</h5>', '<h5 class="fw-bolder">Desk Lamp</h5>', 2],
    ['<h5 class="fw-bolder">Popular Item</h5>', '<h5 class="fw-bolder">Weekend Bag</h5>', 2],
  ]).split(PICTURE)
  return pieces.reduce((text, piece, index) => {
    const name = /fw-bolder">(Copper Kettle|Desk Lamp|Weekend Bag)</.exec(piece)?.[1]
    const file = { 'Copper Kettle': 'kettle', 'Desk Lamp': 'lamp', 'Weekend Bag': 'bag' }[name ?? '']
    return index === 0 ? piece : text + (file === undefined ? PICTURE : `/tv-shop/${file}.svg`) + piece
  }, '')
}

const files = serveFiles([['/tv-shop/', fileURLToPath(new URL('assets/', import.meta.url))]])
const page = withProducts(shop.page)

/** The shop again, which advertises on television. Its slot has a height of its own, so that no change moves the page. */
export const tvShop: Brand = {
  site: 'tv-shop',
  catalog: fileURLToPath(new URL('catalog.yaml', import.meta.url)),
  page,
  markedPage: replaceAll(page, [
    ['<header class="bg-dark py-5">', '<header class="bg-dark py-3">'],
    ['<div class="container px-4 px-lg-5 my-5">', '<div class="container px-4 px-lg-5 my-3">'],
    [
      '<div class="text-center text-white">',
      '<div class="text-center text-white d-flex flex-column align-items-center justify-content-center" style="height: 12rem" data-pp-slot="spotlight">',
    ],
  ]),
  asset: (path) => files(path) ?? shop.asset(path),
  customers: [],
  probes: [{ slot: 'spotlight', selector: '[data-pp-slot=spotlight]', kind: 'text', original: 'Shop in style' }],
  views: [],
}
