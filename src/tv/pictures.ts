import type { Operation } from '../protocol/index.ts'

/** The address of a picture, in HTML as the service writes it, or in a style. */
const ADDRESS = /(?:<img\b[^>]*?\ssrc="|\burl\(["']?)([^"')]+)/g

/** Returns the addresses of the pictures that operations bring. */
export function picturesOf(operations: Operation[]): string[] {
  const found: string[] = []
  operations.forEach((operation) => {
    const { op, name, value } = operation as Operation & { name?: string; value?: string | null }
    if (op === 'attribute' && name === 'src' && value) found.push(value)
    else if (value)
      value.replace(ADDRESS, ((_all: string, address: string) => {
        found.push(op === 'html' ? address.replace(/&amp;/g, '&') : address)
      }) as () => never)
  })
  return found
}

/** Fetches and decodes pictures; rejects if one cannot be shown. */
export function decode(addresses: string[]): Promise<unknown> {
  return Promise.all(
    addresses.map((address) => {
      const image = new Image()
      image.src = address
      // Absent before Chromium 64, Firefox 68, Safari 11.1.
      return image.decode && image.decode()
    }),
  )
}
