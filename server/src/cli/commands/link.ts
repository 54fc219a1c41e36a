import { createKeys } from '../../identity/key.ts'
import { signLink } from '../../identity/link.ts'
import { type Command, textOf, UsageError } from '../command.ts'
import { secretOptions, siteSecretOf } from '../site-secret.ts'

/** The address with the link in its query; what else it holds stays as it is. */
function linkedAddress(url: string, token: string, prefix: string): string {
  if (!URL.canParse(url)) throw new UsageError('--url must be an address such as https://www.brand.example/')
  const address = new URL(url)
  address.searchParams.set(`${prefix}_link`, token)
  return address.href
}

/** `link`: proves to the service who opens it. */
export const link: Command = {
  options: {
    ...secretOptions,
    user: { type: 'string', value: 'ID', help: "the brand's own id of the customer" },
    days: { type: 'string', value: 'N', help: 'how long it can be opened, default 30, at most 365' },
    prefix: { type: 'string', value: 'NAME', help: '`prefix` in the catalog, default pp' },
    url: { type: 'string', value: 'URL', help: 'page to open; without it the token alone is printed' },
  },
  async run(values, io) {
    const userId = textOf(values, 'user')
    if (userId === undefined) throw new UsageError('--user ID is missing')
    const { site, secret } = await siteSecretOf(values, io.env)
    const days = Number(textOf(values, 'days') ?? '30')
    let token: string
    try {
      token = signLink({ serverKey: createKeys(secret).issue({ site, access: 'server' }), userId, days })
    } catch (error) {
      throw error instanceof RangeError ? new UsageError(error.message) : error
    }
    const url = textOf(values, 'url')
    const text = url === undefined ? token : linkedAddress(url, token, textOf(values, 'prefix') ?? 'pp')
    io.stdout.write(
      values['json'] === true ? `${JSON.stringify({ site, user: userId, days, link: text })}\n` : `${text}\n`,
    )
  },
}
