import { fetchText } from '../doctor/fetch-text.ts'
import { createKeys } from '../identity/key.ts'
import { type CommandIo, type CommandOption, type CommandValues, textOf, UsageError } from './command.ts'
import { secretOptions, siteSecretOf } from './site-secret.ts'

/** Address of a service that was started without settings. */
const DEFAULT_URL = 'http://127.0.0.1:4310'

/** Options of the commands that send something to a running service, with the server key. */
export const postOptions = {
  ...secretOptions,
  url: { type: 'string', value: 'URL', help: `of the service, default ${DEFAULT_URL}` },
} satisfies { [name: string]: CommandOption }

/** A running service that takes what a site's server sends. */
export interface ServicePost {
  site: string
  url: string
  /** Sends a body of JSON. */
  post(body: string): ReturnType<typeof fetchText>
}

/** Returns how a path of the service is sent to, as the options say. @throws UsageError */
export async function servicePostOf(values: CommandValues, env: CommandIo['env'], path: string): Promise<ServicePost> {
  const { site, secret } = await siteSecretOf(values, env)
  const url = textOf(values, 'url') ?? DEFAULT_URL
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(`--url must be an address such as ${DEFAULT_URL}`)
  const key = createKeys(secret).issue({ site, access: 'server' })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const address = new URL(path, url).href
  return { site, url, post: (body) => fetchText(address, { method: 'POST', headers, body, redirect: 'error' }) }
}
