/** A commercial as a set shows it. */
export interface Commercial {
  /** The spot's name in the catalog, or the id of the order of somebody whom the catalog does not know. */
  spot: string
  brand: string
  product: string
}

/** Spots of the shop, as its catalog has them. */
export const SHOP_SPOTS: readonly Commercial[] = [
  { spot: 'kettle-30', brand: 'Shop in style', product: 'Copper Kettle' },
  { spot: 'lamp-30', brand: 'Shop in style', product: 'Desk Lamp' },
  { spot: 'bag-30', brand: 'Shop in style', product: 'Weekend Bag' },
]

const BRANDS = [
  ['Albion Oats', 'porridge in four minutes'],
  ['Bright & Dry', 'washing powder'],
  ['Corvid Cars', 'the new estate'],
  ['Dovecote Bank', 'a mortgage that fits'],
  ['Evergreen Tea', 'forty bags'],
  ['Fenwick Ferries', 'across by lunch'],
  ['Gull Insurance', 'home and contents'],
  ['Harbour Crisps', 'sea salt'],
  ['Isobar Heating', 'a boiler for winter'],
  ['Jasper Sofas', 'ends on Monday'],
  ['Kestrel Mobile', 'ten pounds a month'],
  ['Larkfield Dairy', 'butter'],
] as const

/** Returns the commercial of an order that is not the shop's: invented, and the same one each time. */
export function commercialOf(order: string): Commercial {
  const [brand, product] = BRANDS[Number(order.slice(-6)) % BRANDS.length] ?? BRANDS[0]
  return { spot: order, brand, product }
}
