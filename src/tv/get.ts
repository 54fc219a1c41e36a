import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'

/** Gets JSON from the service; `take` has null if there is none, and may throw. */
export function get({ _config: config }: Pick<Bridge, '_config'>, path: string, take: (body: unknown) => void): void {
  const request = new XMLHttpRequest()
  request.open('GET', config._hosts[0] + path)
  request.responseType = 'json'
  request.onloadend = safely(() => {
    take(request.response)
  })
  request.send()
}
