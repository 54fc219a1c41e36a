import { createServer } from 'node:http'
import { listen, type Listening } from '../../lab/network/listen.ts'
import type { Brand } from './brand.ts'
import { commandLine } from './command-line.ts'

/** Answers, for the browser that asks, what `prepaint-server profile` tells of its visitor. For a demo: a brand would show this to nobody. */
export async function serveProfiles({ catalog }: Brand, dataDirectory: string): Promise<Listening> {
  const server = createServer((request, response) => {
    const token = /(?:^|; )pp_id=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
    if (request.url !== '/profile.json' || token === undefined) return void response.writeHead(404).end()
    commandLine<object>('profile', `--visitor=${token}`, '--catalog', catalog, '--data', dataDirectory).then(
      (report) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(report)),
      () => response.writeHead(500).end(),
    )
  })
  return listen(server)
}
