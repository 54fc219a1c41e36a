import type { Customer, RunningBrand } from './brand.ts'
import { commandLine } from './command-line.ts'

/** Tells the service what the brand's own server knows of a customer: Segment's `identify`, with the site's events key. */
export async function introduce(
  { brand, servicePort, dataDirectory, service }: RunningBrand,
  customer: Customer,
): Promise<void> {
  const site = ['--site', brand.site, '--data', dataDirectory]
  const { key } = await commandLine<{ key: string }>('key', ...site, '--for', 'events')
  const response = await fetch(`http://127.0.0.1:${servicePort}/v1/identify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify(customer),
  })
  if (!response.ok) throw new Error(`${customer.userId} was refused: ${response.status} ${await response.text()}`)
  await service.caughtUp()
}

/** The query of a link that the brand would send to a customer, from the `?` on. */
export async function linkQuery({ brand, dataDirectory }: RunningBrand, { userId }: Customer): Promise<string> {
  const { link } = await commandLine<{ link: string }>(
    'link',
    '--site',
    brand.site,
    '--data',
    dataDirectory,
    '--user',
    userId,
  )
  return `?pp_link=${link}`
}
