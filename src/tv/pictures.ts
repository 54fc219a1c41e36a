import type { Operation } from '../protocol/index.ts'

/** The address of a picture in operations as JSON: in HTML as the service writes it, in a style, or as the `src` of the slot. */
const ADDRESS = /(?:<img[^>]* src=\\"|\burl\([\\"']*|"name":"src","value":")([^"'\\)]+)/g

/** Returns the addresses of the pictures that operations bring. */
export function picturesOf(operations: Operation[]): string[] {
  const found: string[] = []
  JSON.stringify(operations).replace(ADDRESS, ((_all: string, address: string) => {
    found.push(address.replace(/&amp;/g, '&'))
  }) as () => never)
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
