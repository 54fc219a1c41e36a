import { agency } from './agency/agency.ts'
import { shop } from './shop/shop.ts'

/** Every brand of the demo, in the order in which it is shown. */
export const brands = [agency, shop]
